//! Reads the answer records that Infoblox and EfficientIP print: what ASIM calls the unparsed response.

use asim_parse::schema::answers::{Answers, Question};

/// The records of a response in Infoblox's or EfficientIP's text; none when it is no such text.
///
/// The text is one of
///
/// - Infoblox's records with a semicolon between them, `www.example.com. 300 IN CNAME lb.example.net.; ...`;
/// - EfficientIP's, each a time to live, a type and data: `300 CNAME lb.example.net. 60 A 192.0.2.1`;
/// - the text of `DnsResponseName` in any other form.
///
/// No text at all is a response without records.
pub fn decode_response<'r>(text: &'r str, question: Option<&Question<'r>>) -> Option<Answers<'r>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Answers::default());
    }
    Answers::from_text(text, &question.cloned().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_and_nothing() {
        let json = |text: &str| decode_response(text, None).map(|answers| answers.to_json());
        assert_eq!(
            json("www.example.com. 300 IN CNAME lb.example.net.; lb.example.net. 60 IN A 192.0.2.1;")
                .as_deref(),
            Some(
                r#"[{"part":"answer","query":"www.example.com","TTL":300,"Class":"IN","Type":"CNAME","Response":"lb.example.net"},{"part":"answer","query":"lb.example.net","TTL":60,"Class":"IN","Type":"A","Response":"192.0.2.1"}]"#
            )
        );
        assert_eq!(
            json("300 CNAME lb.example.net. 60 A 192.0.2.1").as_deref(),
            Some(
                r#"[{"part":"answer","TTL":300,"Type":"CNAME","Response":"lb.example.net"},{"part":"answer","query":"lb.example.net","TTL":60,"Type":"A","Response":"192.0.2.1"}]"#
            )
        );
        assert_eq!(json(" ").as_deref(), Some("[]"));
        assert_eq!(json("what is this"), None);
    }
}
