//! Groups that are small yet: their events, in little room.

use prefetch_index::prefetch_index;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::observation::{Observation, Place};

/// What is kept of an event that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waited {
    /// When, in ticks.
    pub ticks: i64,
    /// Where its record stands.
    pub place: Option<Place>,
    /// The hash of the name.
    pub name_hash: u64,
    /// The type that was asked for.
    pub query_type: Option<u16>,
    /// The response code.
    pub response_code: Option<u16>,
    /// Whether it is a response.
    pub is_response: bool,
    /// What else the rule wants to know of it.
    pub note: u32,
}

impl Waited {
    pub(crate) fn of(observation: Observation<'_>, note: u32) -> Self {
        Self {
            ticks: observation.ticks(),
            place: observation.place(),
            name_hash: observation.name_hash(),
            query_type: observation.query_type(),
            response_code: observation.response_code(),
            is_response: observation.is_response(),
            note,
        }
    }
}

/// So many events of a group wait at most.
pub(crate) const MOST_WAITING: u8 = 7;

/// The events of a group that waits, in the order in which they came.
pub(crate) type Events = SmallVec<[Waited; MOST_WAITING as usize]>;

/// An event that waits, in 56 bytes. The first one of a group stands for the group.
///
/// It is known by its hash alone: among a million groups two share one of 64 bits in one of 40 million runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seat {
    hash: u64,
    ticks: i64,
    record: u64,
    name_hash: u64,
    input: u32,
    note: u32,
    /// Where the next event of the group sits, if there is one.
    next: u32,
    /// Where the last one sits; of the first event alone.
    last: u32,
    query_type: u16,
    response_code: u16,
    flags: u8,
    /// The role of the group, and how many events it has; of the first event alone.
    role: u8,
    events: u8,
}

/// The event stands for its group.
const IS_FIRST: u8 = 1;
const HAS_PLACE: u8 = 1 << 1;
const HAS_QUERY_TYPE: u8 = 1 << 2;
const HAS_RESPONSE_CODE: u8 = 1 << 3;
const IS_RESPONSE: u8 = 1 << 4;

impl Seat {
    const EMPTY: Self = Self {
        hash: 0,
        ticks: 0,
        record: 0,
        name_hash: 0,
        input: 0,
        note: 0,
        next: 0,
        last: 0,
        query_type: 0,
        response_code: 0,
        flags: 0,
        role: 0,
        events: 0,
    };

    fn new(hash: u64, event: Waited) -> Self {
        let flags = [
            (HAS_PLACE, event.place.is_some()),
            (HAS_QUERY_TYPE, event.query_type.is_some()),
            (HAS_RESPONSE_CODE, event.response_code.is_some()),
            (IS_RESPONSE, event.is_response),
        ];
        let place = event.place.unwrap_or(Place { input: 0, record: 0 });
        Self {
            hash,
            ticks: event.ticks,
            record: place.record,
            name_hash: event.name_hash,
            input: place.input,
            note: event.note,
            next: 0,
            last: 0,
            query_type: event.query_type.unwrap_or_default(),
            response_code: event.response_code.unwrap_or_default(),
            flags: flags
                .into_iter()
                .fold(0, |all, (flag, is)| all | if is { flag } else { 0 }),
            role: 0,
            events: 1,
        }
    }

    /// The hash of the group.
    #[inline]
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    /// When the event was, in ticks.
    #[inline]
    pub(crate) fn ticks(&self) -> i64 {
        self.ticks
    }

    /// The role of the group.
    pub(crate) fn role(&self) -> u8 {
        self.role
    }

    /// How many events of the group wait.
    pub(crate) fn events(&self) -> u8 {
        self.events
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// The event.
    pub(crate) fn event(&self) -> Waited {
        Waited {
            ticks: self.ticks,
            place: self.has(HAS_PLACE).then_some(Place {
                input: self.input,
                record: self.record,
            }),
            name_hash: self.name_hash,
            query_type: self.has(HAS_QUERY_TYPE).then_some(self.query_type),
            response_code: self.has(HAS_RESPONSE_CODE).then_some(self.response_code),
            is_response: self.has(IS_RESPONSE),
            note: self.note,
        }
    }
}

/// A group that waits, as a snapshot has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    hash: u64,
    role: u8,
    /// Its events in the order in which they came, and whether each sits in the older half.
    events: Vec<(bool, Waited)>,
}

/// All that wait, as a snapshot has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Guests {
    /// By their hashes.
    groups: Vec<Waiting>,
    /// How many seats of the newer and of the older half have been taken.
    taken: [usize; 2],
}

/// Groups that wait: the seats of their events, in a newer and an older half. Seats are taken one after the other, and those
/// that were left stay empty; when the newer half is full, the older one is given up, and with it the groups whose first
/// event sits there.
#[derive(Debug, Default)]
pub(crate) struct Lobby {
    halves: [Half; 2],
    /// Which half is the newer one.
    newer: usize,
    /// So many seats are in one.
    room: usize,
}

/// For so many seats room is set aside at once in each half.
const RESERVED: usize = 2_048;

/// So many seats are made ready at a time.
const ROW: usize = 32;

#[derive(Debug, Default)]
struct Half {
    seats: Vec<Seat>,
    /// So many of them have been taken; the others are empty, or of a half that was given up.
    taken: usize,
}

impl Half {
    /// Takes the next seat; its place.
    fn sit(&mut self, seat: Seat, room: usize) -> usize {
        let place = self.taken;
        if place.is_multiple_of(ROW) || place >= self.seats.len() {
            self.make_ready(place, room);
        }
        if let Some(own) = self.seats.get_mut(place) {
            *own = seat;
        }
        self.taken += 1;
        place
    }

    /// Has memory bring the seats from a place on: many at a time take little longer than one.
    #[cold]
    fn make_ready(&mut self, place: usize, room: usize) {
        let end = place + ROW;
        if self.seats.is_empty() {
            // Room that is not used yet costs nothing, and seats that move do.
            self.seats.reserve_exact(room.next_multiple_of(ROW).min(RESERVED));
        }
        if self.seats.len() < end {
            self.seats.resize(end, Seat::EMPTY);
        } else {
            let row = self.seats.get(place..end).unwrap_or_default();
            std::hint::black_box(row.iter().fold(0, |read, seat| read ^ seat.hash));
        }
    }
}

/// The lowest bit of a seat's number tells the half.
fn number(half: usize, place: usize) -> u32 {
    // The room is far below.
    u32::try_from(place << 1 | half).unwrap_or(u32::MAX)
}

/// The half and the place of a seat.
#[inline]
fn place_of(number: u32) -> (usize, usize) {
    ((number & 1) as usize, (number >> 1) as usize)
}

impl Lobby {
    /// A lobby for so many events.
    pub(crate) fn new(room: usize) -> Self {
        Self {
            room: (room / 2).max(1),
            ..Self::default()
        }
    }

    /// Who sits there, or has sat there last.
    #[inline]
    pub(crate) fn get(&self, seat: u32) -> Option<&Seat> {
        let (half, place) = place_of(seat);
        self.halves.get(half)?.seats.get(place)
    }

    /// Has memory bring a seat.
    #[inline]
    pub(crate) fn prefetch(&self, seat: u32) {
        let (half, place) = place_of(seat);
        if let Some(half) = self.halves.get(half) {
            prefetch_index(&half.seats, place);
        }
    }

    /// Has memory bring the seat of the last event of a group, of which the first one has come.
    #[inline]
    pub(crate) fn prefetch_last(&self, first: u32) {
        if let Some(first) = self.get(first) {
            self.prefetch(first.last);
        }
    }

    fn get_mut(&mut self, seat: u32) -> Option<&mut Seat> {
        let (half, place) = place_of(seat);
        self.halves.get_mut(half)?.seats.get_mut(place)
    }

    /// The seats of a group, of which the first one is given.
    fn seats(&self, first: u32) -> impl Iterator<Item = (u32, &Seat)> {
        let events = self.get(first).map_or(0, Seat::events);
        let mut next = first;
        (0..events).map_while(move |_| {
            let number = next;
            let seat = self.get(number)?;
            next = seat.next;
            Some((number, seat))
        })
    }

    /// The events of a group, of which the first seat is given.
    pub(crate) fn events(&self, first: u32) -> impl Iterator<Item = Waited> {
        self.seats(first).map(|(_, seat)| seat.event())
    }

    /// Whether the newer half is full, and [`turn`](Self::turn) comes before another event enters.
    pub(crate) fn is_full(&self) -> bool {
        let half = self.halves.get(self.newer);
        half.is_some_and(|half| half.taken >= self.room)
    }

    /// The first seats of the groups whose first event sits in a half.
    fn groups(&self, half: usize) -> impl Iterator<Item = u32> {
        let seats = self.halves.get(half).into_iter();
        let seats = seats.flat_map(|half| half.seats.iter().take(half.taken));
        let groups = seats.enumerate().filter(|(_, seat)| seat.has(IS_FIRST));
        groups.map(move |(place, _)| number(half, place))
    }

    /// The first seats of the groups that [`turn`](Self::turn) gives up.
    pub(crate) fn older(&self) -> impl Iterator<Item = u32> {
        self.groups(self.newer ^ 1)
    }

    /// Whether a seat is of the older half.
    pub(crate) fn is_older(&self, seat: u32) -> bool {
        place_of(seat).0 != self.newer
    }

    /// Gives up the older half; the newer one is the older one now.
    pub(crate) fn turn(&mut self) {
        self.newer ^= 1;
        if let Some(half) = self.halves.get_mut(self.newer) {
            half.taken = 0;
        }
    }

    /// Gives the first event of a group a seat in the newer half.
    pub(crate) fn enter(&mut self, hash: u64, event: Waited, role: u8) -> u32 {
        let place = self.halves.get(self.newer).map_or(0, |half| half.taken);
        let own = Seat::new(hash, event);
        let first = Seat {
            flags: own.flags | IS_FIRST,
            last: number(self.newer, place),
            role,
            ..own
        };
        self.sit(self.newer, first)
    }

    /// Gives another event of a group a seat in the newer half.
    pub(crate) fn join(&mut self, first: u32, event: Waited, role: u8) {
        self.join_in(self.newer, first, event, role);
    }

    fn join_in(&mut self, half: usize, first: u32, event: Waited, role: u8) {
        let Some(group) = self.get(first).copied() else {
            return;
        };
        let number = self.sit(half, Seat::new(group.hash, event));
        if let Some(last) = self.get_mut(group.last) {
            last.next = number;
        }
        self.put_first(
            first,
            number,
            group.events.saturating_add(1),
            group.role.max(role),
        );
    }

    /// Makes a seat the first one of its group.
    fn put_first(&mut self, first: u32, last: u32, events: u8, role: u8) {
        if let Some(seat) = self.get_mut(first) {
            seat.flags |= IS_FIRST;
            (seat.last, seat.events, seat.role) = (last, events, role);
        }
    }

    fn sit(&mut self, half: usize, seat: Seat) -> u32 {
        let room = self.room;
        let place = self.halves.get_mut(half).map(|half| half.sit(seat, room));
        place.map_or(u32::MAX, |place| number(half, place))
    }

    fn stand_up(&mut self, number: u32) {
        if let Some(seat) = self.get_mut(number) {
            seat.flags = 0;
        }
    }

    /// Takes the first event of a group out; the seat of the next one, if there is any.
    pub(crate) fn leave_first(&mut self, first: u32) -> Option<u32> {
        let group = self.get(first).copied()?;
        self.stand_up(first);
        let events = group.events.checked_sub(1).filter(|events| *events > 0)?;
        self.put_first(group.next, group.last, events, group.role);
        Some(group.next)
    }

    /// Takes a group out: its events.
    pub(crate) fn leave(&mut self, first: u32) -> Events {
        let events = self.events(first).collect();
        self.stand_up(first);
        events
    }

    /// All that wait; none is left.
    pub(crate) fn take(&mut self) -> Guests {
        let mut all: Vec<_> = (0..2).flat_map(|half| self.groups(half)).collect();
        all.sort_unstable_by_key(|first| self.get(*first).map(Seat::hash));
        let groups = all.into_iter().filter_map(|first| {
            let group = self.get(first)?;
            let events = self.seats(first);
            Some(Waiting {
                hash: group.hash,
                role: group.role,
                events: events
                    .map(|(number, seat)| (self.is_older(number), seat.event()))
                    .collect(),
            })
        });
        let groups = groups.collect();
        let taken =
            [self.newer, self.newer ^ 1].map(|half| self.halves.get(half).map_or(0, |half| half.taken));
        *self = Self {
            room: self.room,
            ..Self::default()
        };
        Guests { groups, taken }
    }

    /// Seats those that were taken out of another one; their hashes and first seats.
    pub(crate) fn restore(&mut self, guests: Guests) -> Vec<(u64, u32)> {
        let newer = self.newer;
        let half = |is_older: bool| newer ^ usize::from(is_older);
        let mut seats = Vec::new();
        for group in guests.groups {
            let mut events = group.events.into_iter();
            let Some((is_older, event)) = events.next() else {
                continue;
            };
            let first = self.sit(half(is_older), Seat::new(group.hash, event));
            self.put_first(first, first, 1, group.role);
            for (is_older, event) in events {
                self.join_in(half(is_older), first, event, group.role);
            }
            seats.push((group.hash, first));
        }
        for (is_older, taken) in [false, true].into_iter().zip(guests.taken) {
            while self
                .halves
                .get(half(is_older))
                .is_some_and(|half| half.taken < taken)
            {
                self.sit(half(is_older), Seat::EMPTY);
            }
        }
        seats
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn event(ticks: i64) -> Waited {
        Waited {
            ticks,
            place: None,
            name_hash: 9,
            query_type: Some(1),
            response_code: None,
            is_response: false,
            note: 3,
        }
    }

    #[test]
    fn an_event_that_waits_takes_56_bytes() {
        assert_eq!(size_of::<Seat>(), 56);
        let place = Some(Place {
            input: 3,
            record: 1 << 40,
        });
        for event in [
            event(-7),
            Waited {
                place,
                query_type: None,
                response_code: Some(0),
                is_response: true,
                ..event(0)
            },
        ] {
            assert_eq!(Seat::new(1, event).event(), event);
        }
    }

    /// What a lobby is to know, the plain way.
    #[derive(Default)]
    struct Table {
        /// For each group its events, with the number of the half that each sits in, and the role.
        groups: BTreeMap<u64, (Vec<(u32, i64)>, u8)>,
        /// The newer half.
        half: u32,
        /// How many seats of it have been taken.
        taken: usize,
    }

    proptest! {
        #[test]
        fn it_knows_what_a_table_knows(
            steps in proptest::collection::vec((0_u8..8, 0_u64..6, 0_u8..3), 0..200),
            room in 2_usize..24,
        ) {
            let mut lobby = Lobby::new(room);
            let mut table = Table::default();
            let mut firsts = BTreeMap::<u64, u32>::new();
            for (time, (step, hash, role)) in (0_i64..).zip(steps) {
                match step {
                    0 => {
                        if let Some(first) = firsts.remove(&hash) {
                            let (events, _) = table.groups.remove(&hash).unwrap();
                            let times: Vec<_> = lobby.leave(first).iter().map(|event| event.ticks).collect();
                            prop_assert_eq!(times, events.iter().map(|(_, time)| *time).collect::<Vec<_>>());
                        }
                    }
                    1 => {
                        if let Some(first) = firsts.remove(&hash) {
                            let (mut events, role) = table.groups.remove(&hash).unwrap();
                            events.remove(0);
                            let next = lobby.leave_first(first);
                            prop_assert_eq!(next.is_none(), events.is_empty());
                            if let Some(next) = next {
                                firsts.insert(hash, next);
                                table.groups.insert(hash, (events, role));
                            }
                        }
                    }
                    2 => {
                        let guests = lobby.take();
                        prop_assert_eq!(lobby.older().count(), 0);
                        firsts = lobby.restore(guests).into_iter().collect();
                    }
                    _ => {
                        if lobby.is_full() {
                            firsts.retain(|_, first| !lobby.is_older(*first));
                            lobby.turn();
                            table.half += 1;
                            table.taken = 0;
                            let half = table.half;
                            table.groups.retain(|_, (events, _)| events.first().is_some_and(|(own, _)| own + 1 >= half));
                        }
                        let group = table.groups.entry(hash).or_default();
                        if group.0.len() == usize::from(MOST_WAITING) {
                            continue;
                        }
                        group.0.push((table.half, time));
                        table.taken += 1;
                        group.1 = group.1.max(role);
                        match firsts.get(&hash) {
                            Some(first) => lobby.join(*first, event(time), role),
                            None => {
                                firsts.insert(hash, lobby.enter(hash, event(time), role));
                            }
                        }
                    }
                }
                prop_assert_eq!(lobby.is_full(), table.taken >= (room / 2).max(1));
                prop_assert_eq!(firsts.len(), table.groups.len());
                for (hash, (events, role)) in &table.groups {
                    let first = firsts[hash];
                    let group = lobby.get(first).unwrap();
                    prop_assert_eq!((group.hash(), group.role(), usize::from(group.events())), (*hash, *role, events.len()));
                    let times: Vec<_> = lobby.events(first).map(|event| event.ticks).collect();
                    prop_assert_eq!(times, events.iter().map(|(_, time)| *time).collect::<Vec<_>>());
                    prop_assert_eq!(lobby.is_older(first), events[0].0 != table.half);
                }
            }
        }
    }
}
