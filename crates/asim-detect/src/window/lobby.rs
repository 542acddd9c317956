//! Groups of which one event has been seen, in little room.

use serde::{Deserialize, Serialize};

use crate::observation::{Observation, Place};

/// What is kept of a group's first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct First {
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

impl First {
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

/// A group that waits for its second event, in 56 bytes.
///
/// It is known by its hash alone: among a million groups two share one of 64 bits in one of 40 million runs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Waiting {
    hash: u64,
    ticks: i64,
    record: u64,
    name_hash: u64,
    input: u32,
    note: u32,
    query_type: Option<u16>,
    response_code: Option<u16>,
    has_place: bool,
    is_response: bool,
    /// Whether nobody sits there any more.
    has_left: bool,
    pub(crate) role: u8,
}

impl Waiting {
    fn new(hash: u64, first: First, role: u8) -> Self {
        let place = first.place.unwrap_or(Place { input: 0, record: 0 });
        Self {
            hash,
            ticks: first.ticks,
            record: place.record,
            name_hash: first.name_hash,
            input: place.input,
            query_type: first.query_type,
            response_code: first.response_code,
            has_place: first.place.is_some(),
            is_response: first.is_response,
            note: first.note,
            has_left: false,
            role,
        }
    }

    /// The hash of the group.
    #[inline]
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    /// Its first event.
    pub(crate) fn first(&self) -> First {
        First {
            ticks: self.ticks,
            place: self.has_place.then_some(Place {
                input: self.input,
                record: self.record,
            }),
            name_hash: self.name_hash,
            query_type: self.query_type,
            response_code: self.response_code,
            is_response: self.is_response,
            note: self.note,
        }
    }
}

/// Groups that wait, by seats: the newer and the older half. When the newer half is full, the older one is given up.
#[derive(Debug, Default)]
pub(crate) struct Lobby {
    halves: [Half; 2],
    /// Which half is the newer one.
    newer: usize,
    /// So many groups have room in one.
    room: usize,
}

/// For so many groups room is set aside at once in each half.
const RESERVED: usize = 2_048;

#[derive(Debug, Default)]
struct Half {
    seats: Vec<Waiting>,
    /// Those that were left.
    free: Vec<u32>,
}

/// The lowest bit of a seat's number tells the half.
fn seat(half: usize, place: usize) -> u32 {
    // The room is far below.
    u32::try_from(place << 1 | half).unwrap_or(u32::MAX)
}

/// The half and the place of a seat.
#[inline]
fn place_of(seat: u32) -> (usize, usize) {
    ((seat & 1) as usize, (seat >> 1) as usize)
}

impl Lobby {
    /// A lobby for so many groups.
    pub(crate) fn new(room: usize) -> Self {
        Self {
            room: (room / 2).max(1),
            ..Self::default()
        }
    }

    /// Who sits there, or has sat there last.
    #[inline]
    pub(crate) fn get(&self, seat: u32) -> Option<&Waiting> {
        let (half, place) = place_of(seat);
        self.halves.get(half)?.seats.get(place)
    }

    /// Whether the newer half is full, and [`turn`](Self::turn) comes before another one enters.
    pub(crate) fn is_full(&self) -> bool {
        let half = self.halves.get(self.newer);
        half.is_some_and(|half| half.seats.len() - half.free.len() >= self.room)
    }

    /// Those that sit in the older half.
    pub(crate) fn older(&self) -> impl Iterator<Item = &Waiting> {
        let half = self.halves.get(self.newer ^ 1);
        half.into_iter()
            .flat_map(|half| &half.seats)
            .filter(|waiting| !waiting.has_left)
    }

    /// Whether a seat is of the older half.
    pub(crate) fn is_older(&self, seat: u32) -> bool {
        place_of(seat).0 != self.newer
    }

    /// Gives up the older half; the newer one is the older one now.
    pub(crate) fn turn(&mut self) {
        self.newer ^= 1;
        if let Some(half) = self.halves.get_mut(self.newer) {
            half.seats.clear();
            half.free.clear();
        }
    }

    /// Gives a group a seat in the newer half.
    pub(crate) fn enter(&mut self, hash: u64, first: First, role: u8) -> u32 {
        self.sit(self.newer, Waiting::new(hash, first, role))
    }

    fn sit(&mut self, half: usize, waiting: Waiting) -> u32 {
        let Some(own) = self.halves.get_mut(half) else {
            return u32::MAX;
        };
        let free = own.free.pop().map(|free| free as usize);
        let place = free.unwrap_or(own.seats.len());
        if own.seats.is_empty() {
            // Room that is not used yet costs nothing, and seats that move do.
            own.seats.reserve_exact(self.room.min(RESERVED));
        }
        match own.seats.get_mut(place) {
            Some(seat) => *seat = waiting,
            None => own.seats.push(waiting),
        }
        seat(half, place)
    }

    /// Takes a group out.
    pub(crate) fn leave(&mut self, seat: u32) -> Option<Waiting> {
        let (half, place) = place_of(seat);
        let half = self.halves.get_mut(half)?;
        let seat = half.seats.get_mut(place)?;
        let waiting = *seat;
        seat.has_left = true;
        half.free.push(u32::try_from(place).ok()?);
        Some(waiting)
    }

    /// All of them, the newer half first, by their hashes; none is left.
    pub(crate) fn take(&mut self) -> [Vec<Waiting>; 2] {
        let halves = std::mem::take(&mut self.halves);
        let [mut newer, mut older] = halves.map(|half| {
            let mut all = half.seats;
            all.retain(|waiting| !waiting.has_left);
            all.sort_unstable_by_key(Waiting::hash);
            all
        });
        if self.newer == 1 {
            std::mem::swap(&mut newer, &mut older);
        }
        self.newer = 0;
        [newer, older]
    }

    /// Seats those that were taken out of another one; their hashes and seats.
    pub(crate) fn restore(&mut self, halves: [Vec<Waiting>; 2]) -> Vec<(u64, u32)> {
        let mut seats = Vec::new();
        for (half, all) in [self.newer, self.newer ^ 1].into_iter().zip(halves) {
            for waiting in all {
                seats.push((waiting.hash, self.sit(half, waiting)));
            }
        }
        seats
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: First = First {
        ticks: 7,
        place: None,
        name_hash: 9,
        query_type: Some(1),
        response_code: None,
        is_response: false,
        note: 3,
    };

    #[test]
    fn the_older_half_gives_way() {
        let mut lobby = Lobby::new(4);
        let seats: Vec<_> = (1..=5)
            .map(|hash| {
                if lobby.is_full() {
                    lobby.turn();
                }
                lobby.enter(hash, FIRST, 0)
            })
            .collect();
        let [.., three, four, five] = seats[..] else {
            panic!("{seats:?}")
        };
        assert!(lobby.is_older(three) && lobby.is_older(four) && !lobby.is_older(five));
        assert_eq!(lobby.leave(three).map(|waiting| waiting.hash), Some(3));
        let halves = lobby.take();
        let hashes = |half: &Vec<Waiting>| half.iter().map(Waiting::hash).collect::<Vec<_>>();
        assert_eq!(halves.each_ref().map(hashes), [vec![5], vec![4]]);
        let mut restored = Lobby::new(4);
        let seats = restored.restore(halves);
        assert_eq!(seats.iter().map(|(hash, _)| *hash).collect::<Vec<_>>(), [5, 4]);
        let (_, seat) = seats[1];
        assert!(restored.is_older(seat));
        assert_eq!(restored.get(seat).map(Waiting::first), Some(FIRST));
    }

    #[test]
    fn a_seat_that_was_left_is_taken_again() {
        let mut lobby = Lobby::new(4);
        let seat = lobby.enter(1, FIRST, 0);
        lobby.enter(2, FIRST, 0);
        assert!(lobby.is_full());
        lobby.leave(seat);
        assert!(!lobby.is_full());
        assert_eq!(lobby.enter(3, FIRST, 0), seat);
    }

    #[test]
    fn a_group_that_waits_takes_56_bytes() {
        let none = First { place: None, ..FIRST };
        assert_eq!(Waiting::new(1, none, 0).first(), none);
        assert_eq!(size_of::<Waiting>(), 56);
    }
}
