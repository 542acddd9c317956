//! A rule's names of values become their numbers, and its placeholders their values.

use std::collections::{BTreeMap, BTreeSet};

use rsigma_parser::{Detection, DetectionItem, Detections, Modifier, SigmaString, SigmaValue, StringPart};

use super::field::{Fields, Mapped};

/// The values of placeholders such as `%internal_domains%`, by name without the percent signs.
pub type Placeholders = BTreeMap<String, Vec<String>>;

/// What a rule asks for.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The values, by the numbers of [`Fields`].
    pub(super) numbers: BTreeSet<usize>,
    /// The names that the mapping and the schema do not know.
    pub(super) unmapped: BTreeSet<String>,
    /// Whether it looks for words anywhere.
    pub(super) keywords: bool,
    /// Placeholders without values.
    pub(super) open: BTreeSet<String>,
}

/// Rewrites what one rule or filter says.
pub(super) struct Rewriter<'f, F: Mapped> {
    pub(super) fields: &'f mut Fields<F>,
    pub(super) placeholders: &'f Placeholders,
    pub(super) reading: Reading,
}

impl<F: Mapped> Rewriter<'_, F> {
    /// Rewrites all parts of a rule.
    ///
    /// # Errors
    ///
    /// With what these events do not have.
    pub(super) fn detections(&mut self, detections: &mut Detections) -> Result<(), String> {
        // The order of a hash map must not decide which number a value gets.
        let mut named: Vec<_> = detections.named.iter_mut().collect();
        named.sort_by_key(|(name, _)| *name);
        named
            .into_iter()
            .try_for_each(|(_, detection)| self.detection(detection))
    }

    fn detection(&mut self, detection: &mut Detection) -> Result<(), String> {
        match detection {
            Detection::AllOf(items) => {
                for item in items {
                    self.item(item);
                }
                Ok(())
            }
            Detection::AnyOf(parts) | Detection::And(parts) => {
                parts.iter_mut().try_for_each(|part| self.detection(part))
            }
            Detection::Keywords(_) => {
                self.reading.keywords = true;
                Ok(())
            }
            Detection::ArrayMatch { field, .. } => Err(format!(
                "it looks into the list `{}`, and these events have no such lists",
                field.escape_debug()
            )),
            Detection::Conditional { .. } => {
                Err("it looks into a list, and these events have no such lists".to_owned())
            }
        }
    }

    fn item(&mut self, item: &mut DetectionItem) {
        let Some(name) = item.field.name.take() else {
            self.reading.keywords = true;
            return;
        };
        item.field.name = Some(self.number(&name));
        if item.field.has_modifier(Modifier::FieldRef) {
            for value in &mut item.values {
                if let SigmaValue::String(text) = value {
                    *value = SigmaValue::String(SigmaString::from_raw(&self.number(&text.original)));
                }
            }
        }
        if item.field.has_modifier(Modifier::Expand) {
            self.expand(item);
        }
        if name.eq_ignore_ascii_case("query_length") {
            compare(item);
        }
    }

    /// The number of a value, as text.
    fn number(&mut self, name: &str) -> String {
        let number = self.fields.number(name);
        self.reading.numbers.insert(number);
        if self.fields.columns(number).is_empty() {
            self.reading.unmapped.insert(name.to_owned());
        }
        number.to_string()
    }

    /// Puts the values of placeholders in their place.
    fn expand(&mut self, item: &mut DetectionItem) {
        let mut values = Vec::new();
        for value in item.values.drain(..) {
            let name = match &value {
                SigmaValue::String(text) => placeholder(&text.original),
                _ => None,
            };
            match name.map(|name| (name, self.placeholders.get(name))) {
                Some((_, Some(texts))) => {
                    values.extend(
                        texts
                            .iter()
                            .map(|text| SigmaValue::String(SigmaString::new(text))),
                    );
                }
                Some((name, None)) => {
                    self.reading.open.insert(name.to_owned());
                    values.push(value);
                }
                None => values.push(value),
            }
        }
        item.values = values;
        item.field
            .modifiers
            .retain(|modifier| *modifier != Modifier::Expand);
    }
}

/// The name in `%name%`.
fn placeholder(text: &str) -> Option<&str> {
    let name = text.strip_prefix('%')?.strip_suffix('%')?;
    (!name.is_empty() && !name.contains('%')).then_some(name)
}

/// Reads the comparison that rules of the old notation write as text, such as `> 70`.
fn compare(item: &mut DetectionItem) {
    let [SigmaValue::String(text)] = &item.values[..] else {
        return;
    };
    let [StringPart::Plain(text)] = &text.parts[..] else {
        return;
    };
    let operators = [
        (">=", Modifier::Gte),
        ("<=", Modifier::Lte),
        (">", Modifier::Gt),
        ("<", Modifier::Lt),
    ];
    let read = operators.into_iter().find_map(|(sign, modifier)| {
        let number = text.trim().strip_prefix(sign)?.trim().parse().ok()?;
        Some((modifier, number))
    });
    if let Some((modifier, number)) = read {
        item.field.modifiers.push(modifier);
        item.values = vec![SigmaValue::Integer(number)];
    }
}
