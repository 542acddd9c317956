//! Reads `QueryResults` as somebody pastes them: what ASIM calls the unparsed response.

use asim_parse::schema::answers::{Answers, DnsFlagList, Question};

/// The records of a response in Sysmon's text; none when it is no such text.
///
/// The text is that of `QueryResults`, `type:  5 web.example.net;::ffff:192.0.2.1;`, or the text of `DnsResponseName`,
/// which is the same. The marker `-` and no text at all are a response without records.
pub fn decode_response<'r>(text: &'r str, question: Option<&Question<'r>>) -> Option<Answers<'r>> {
    let text = text.trim();
    if text.is_empty() || text == "-" {
        return Some(Answers::default());
    }
    Answers::from_text(text, &question.cloned().unwrap_or_default())
}

/// The flags in Sysmon's text: it tells of none, so that only `-` and no text at all are understood.
pub fn decode_flags(text: &str) -> Option<DnsFlagList> {
    let text = text.trim();
    (text.is_empty() || text == "-").then(DnsFlagList::default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_and_markers() {
        let json = |text| decode_response(text, None).map(|answers| answers.to_json());
        assert_eq!(json("-").as_deref(), Some("[]"));
        assert_eq!(json(" ").as_deref(), Some("[]"));
        assert_eq!(
            json("type:  5 web.example.net;::ffff:192.0.2.1;").as_deref(),
            Some(
                r#"[{"part":"answer","Type":"CNAME","Response":"web.example.net"},{"part":"answer","Type":"A","Response":"192.0.2.1"}]"#
            )
        );
        assert_eq!(json("something else"), None);
        assert_eq!(decode_flags("-"), Some(DnsFlagList::default()));
        assert_eq!(decode_flags("AA"), None);
    }
}
