//! Stateless rules that an event fulfils.

use super::batch::Batch;

/// A stateless rule that an event fulfils.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<'o> {
    /// The number of the rule.
    pub rule: u32,
    /// Which of the things that the rule counts it is, for rules that count others.
    pub part: u32,
    /// What the rule groups the event by, beside the client.
    pub group: Option<&'o str>,
    /// What the rule counts the different ones of.
    pub value: Option<&'o str>,
}

/// A hit whose texts stand in the batch.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize)]
pub(crate) struct HitRow {
    rule: u32,
    part: u32,
    group: Option<(u32, u32)>,
    value: Option<(u32, u32)>,
}

impl HitRow {
    /// Where its texts stand.
    pub(super) fn spans(&self) -> impl Iterator<Item = (u32, u32)> {
        [self.group, self.value].into_iter().flatten()
    }

    /// Where its texts stand, to be changed.
    pub(super) fn spans_mut(&mut self) -> impl Iterator<Item = &mut (u32, u32)> {
        [&mut self.group, &mut self.value].into_iter().flatten()
    }

    pub(super) fn shown(self, text: &str) -> Hit<'_> {
        let text = |span: Option<(u32, u32)>| {
            let (start, end) = span?;
            text.get(start as usize..end as usize)
        };
        Hit {
            rule: self.rule,
            part: self.part,
            group: text(self.group),
            value: text(self.value),
        }
    }
}

/// Takes the hits of one event.
#[derive(Debug)]
pub struct Hits<'b> {
    batch: &'b mut Batch,
}

impl<'b> Hits<'b> {
    pub(super) fn of(batch: &'b mut Batch) -> Self {
        Self { batch }
    }

    /// Appends a hit.
    pub fn push(&mut self, hit: Hit<'_>) {
        let row = HitRow {
            rule: hit.rule,
            part: hit.part,
            group: self.keep(hit.group),
            value: self.keep(hit.value),
        };
        self.batch.hits.push(row);
    }

    fn keep(&mut self, text: Option<&str>) -> Option<(u32, u32)> {
        let start = u32::try_from(self.batch.text.len()).ok()?;
        self.batch.text.push_str(text?);
        Some((start, u32::try_from(self.batch.text.len()).ok()?))
    }
}
