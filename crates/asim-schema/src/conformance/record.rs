//! One record, as it is read: values by their columns.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::rule::Rule;
use super::rules::RuleSet;

/// The value of a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar<'d> {
    /// No value.
    Empty,
    Text(Cow<'d, str>),
    /// An instant in ticks of 100 ns.
    Time(i64),
    Integer(i64),
    Real(f64),
    Boolean(bool),
    Object,
    Array,
}

impl Scalar<'_> {
    /// Whether there is a value.
    pub(super) fn is_filled(&self) -> bool {
        match self {
            Self::Empty => false,
            Self::Text(text) => !text.is_empty(),
            _ => true,
        }
    }
}

/// As examples show it.
impl fmt::Display for Scalar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => f.write_str(text),
            Self::Time(ticks) => match crate::Timestamp::from_ticks(*ticks) {
                Some(time) => time.fmt(f),
                None => ticks.fmt(f),
            },
            Self::Integer(value) => value.fmt(f),
            Self::Real(value) => value.fmt(f),
            Self::Boolean(value) => value.fmt(f),
            Self::Object => f.write_str("{...}"),
            Self::Array => f.write_str("[...]"),
        }
    }
}

/// What a look at a value has given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was not looked at yet.
    Pending,
    /// It is as it should be.
    Good,
    /// It breaks a rule.
    Breaks(Rule),
}

impl From<Option<Rule>> for Verdict {
    fn from(rule: Option<Rule>) -> Self {
        rule.map_or(Self::Good, Self::Breaks)
    }
}

/// What a column holds in the record of an epoch.
#[derive(Debug)]
pub(super) struct Slot<'d> {
    epoch: u64,
    pub(super) value: Scalar<'d>,
    /// What a look at it has given.
    pub(super) verdict: Verdict,
}

/// The slots of a record. They serve one record after the other: what an earlier one left is of an earlier epoch.
#[derive(Debug)]
pub(super) struct Record<'d> {
    slots: Vec<Slot<'d>>,
    /// The columns that the record names, in its order.
    pub(super) present: Vec<usize>,
    /// The columns that it names again.
    pub(super) again: Vec<usize>,
    epoch: u64,
}

impl<'d> Record<'d> {
    /// Slots for so many columns.
    pub(super) fn new(columns: usize) -> Self {
        let empty = || Slot {
            epoch: 0,
            value: Scalar::Empty,
            verdict: Verdict::Pending,
        };
        Self {
            slots: std::iter::repeat_with(empty).take(columns).collect(),
            present: Vec::with_capacity(columns),
            again: Vec::new(),
            epoch: 0,
        }
    }

    /// Begins the next record.
    pub(super) fn begin(&mut self) {
        self.epoch += 1;
        self.present.clear();
        self.again.clear();
    }

    /// Sets the value of a column. A second value takes the first one's place, as most readers have it.
    pub(super) fn set(&mut self, place: usize, value: Scalar<'d>) {
        let Some(slot) = self.slots.get_mut(place) else {
            return;
        };
        if slot.epoch == self.epoch {
            self.again.push(place);
        } else {
            self.present.push(place);
        }
        *slot = Slot {
            epoch: self.epoch,
            value,
            verdict: Verdict::Pending,
        };
    }

    /// What a column holds, if the record names it.
    pub(super) fn slot(&self, place: usize) -> Option<&Slot<'d>> {
        self.slots.get(place).filter(|slot| slot.epoch == self.epoch)
    }

    /// The same, to change it.
    pub(super) fn slot_mut(&mut self, place: usize) -> Option<&mut Slot<'d>> {
        self.slots.get_mut(place).filter(|slot| slot.epoch == self.epoch)
    }

    /// The value of a column, if it has one.
    pub(super) fn value(&self, place: Option<usize>) -> Option<&Scalar<'d>> {
        let slot = self.slot(place?)?;
        slot.value.is_filled().then_some(&slot.value)
    }

    /// The text of a column, if it has one.
    pub(super) fn text(&self, place: Option<usize>) -> Option<&str> {
        match self.value(place)? {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number of a column, if it has one.
    pub(super) fn integer(&self, place: Option<usize>) -> Option<i64> {
        match self.value(place)? {
            Scalar::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// The instant of a column in ticks, if it has one.
    pub(super) fn ticks(&self, place: Option<usize>) -> Option<i64> {
        match self.value(place)? {
            Scalar::Time(ticks) => Some(*ticks),
            _ => None,
        }
    }
}

/// So many names of columns outside the schema are kept.
const OTHERS: usize = 1 << 12;

/// Columns outside the schema, with the number of records that name them.
#[derive(Debug, Default)]
pub(super) struct Others(pub(super) BTreeMap<String, u64>);

impl Others {
    /// Counts a record that names a column.
    pub(super) fn add(&mut self, name: &str) {
        if let Some(count) = self.0.get_mut(name) {
            *count += 1;
        } else if self.0.len() < OTHERS {
            self.0.insert(name.to_owned(), 1);
        }
    }
}

/// Finds columns by name; records of one source name them in one order, so the next name is guessed.
#[derive(Debug)]
pub(super) struct Names {
    /// The column that came behind each column, and at the end the one that came first.
    next: Vec<usize>,
}

impl Names {
    pub(super) fn new(columns: usize) -> Self {
        Self {
            next: vec![0; columns + 1],
        }
    }

    /// The column that came behind this one last.
    #[inline]
    pub(super) fn guess(&self, before: usize) -> Option<usize> {
        self.next.get(before).copied()
    }

    /// The place of a name that follows a column.
    #[inline]
    pub(super) fn find(&mut self, rules: &RuleSet, before: usize, name: &str) -> Option<usize> {
        let guess = self.next.get_mut(before)?;
        if rules.column(*guess).is_some_and(|column| column.name == name) {
            return Some(*guess);
        }
        let place = rules.place(name)?;
        *guess = place;
        Some(place)
    }
}

/// Reads a JSON object into a record.
pub(super) struct Members<'a, 'd> {
    pub(super) rules: &'a RuleSet,
    pub(super) names: &'a mut Names,
    pub(super) others: &'a mut Others,
    pub(super) record: &'a mut Record<'d>,
}

impl<'d> DeserializeSeed<'d> for Members<'_, 'd> {
    type Value = ();

    fn deserialize<D: Deserializer<'d>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'d> Visitor<'d> for Members<'_, 'd> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'d>>(self, mut map: A) -> Result<(), A::Error> {
        let mut before = self.rules.columns.len();
        loop {
            let key = Key {
                rules: self.rules,
                names: self.names,
                others: self.others,
                before,
            };
            match map.next_key_seed(key)? {
                None => return Ok(()),
                Some(None) => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(Some(place)) => {
                    let value = map.next_value_seed(AnyValue)?;
                    self.record.set(place, value);
                    before = place;
                }
            }
        }
    }
}

struct Key<'a> {
    rules: &'a RuleSet,
    names: &'a mut Names,
    others: &'a mut Others,
    before: usize,
}

impl<'d> DeserializeSeed<'d> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'d>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a column")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        let place = self.names.find(self.rules, self.before, name);
        if place.is_none() {
            self.others.add(name);
        }
        Ok(place)
    }
}

struct AnyValue;

impl<'d> DeserializeSeed<'d> for AnyValue {
    type Value = Scalar<'d>;

    #[inline]
    fn deserialize<D: Deserializer<'d>>(self, deserializer: D) -> Result<Scalar<'d>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'d> Visitor<'d> for AnyValue {
    type Value = Scalar<'d>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Scalar<'d>, E> {
        Ok(Scalar::Empty)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar<'d>, E> {
        Ok(Scalar::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar<'d>, E> {
        Ok(Scalar::Integer(value))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "beyond 63 bits it is no integer of a table any more"
    )]
    fn visit_u64<E>(self, value: u64) -> Result<Scalar<'d>, E> {
        Ok(i64::try_from(value).map_or(Scalar::Real(value as f64), Scalar::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar<'d>, E> {
        Ok(Scalar::Real(value))
    }

    #[inline]
    fn visit_borrowed_str<E>(self, text: &'d str) -> Result<Scalar<'d>, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar<'d>, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'d>>(self, mut map: A) -> Result<Scalar<'d>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Object)
    }

    fn visit_seq<A: SeqAccess<'d>>(self, mut items: A) -> Result<Scalar<'d>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Array)
    }
}
