//! Rendered messages of the analytical channel: `QUERY_RECEIVED: TCP=0; InterfaceIP=192.0.2.53; …`.

use std::borrow::Cow;

use asim_parse::windows::DataValue;

use crate::activity;
use crate::server_event::Value;

/// The id of the event that a message was rendered from, and the values in it; none if it is no such message.
///
/// A name can hold anything, a forged `; RCODE=0; ` too. What stands in front of the name was written before it and what
/// stands behind it comes after the last of the marks that follow a name, so that no name can pass for another value.
pub(crate) fn values(message: &str) -> Option<(u32, Vec<Value<'_>>)> {
    let (word, text) = message.trim_ascii().split_once(": ")?;
    let id = activity::id_of_word(word.trim_ascii_start())?;
    let mut values = Vec::with_capacity(24);
    if let Some((before, rest)) = text.split_once("QNAME=") {
        pairs(before, &mut values);
        // What follows a name in the messages of these events, the most common first.
        let end = ["; QTYPE=", "; XID=", "; ZoneScope="]
            .iter()
            .find_map(|mark| rest.rfind(mark))
            .unwrap_or(rest.len());
        let (name, rest) = rest.split_at_checked(end)?;
        push("QNAME", name, &mut values);
        pairs(rest, &mut values);
    } else {
        pairs(text, &mut values);
    }
    Some((id, values))
}

fn pairs<'r>(text: &'r str, values: &mut Vec<Value<'r>>) {
    for pair in text.split(';') {
        if let Some((name, value)) = pair.split_once('=') {
            push(name.trim_ascii(), value.trim_ascii(), values);
        }
    }
}

fn push<'r>(name: &'r str, value: &'r str, values: &mut Vec<Value<'r>>) {
    if !value.is_empty() {
        values.push((Cow::Borrowed(name), DataValue::Text(Cow::Borrowed(value))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(message: &str) -> Option<(u32, String)> {
        let (id, values) = values(message)?;
        let text = values
            .iter()
            .map(|(name, value)| format!("{name}={}", value.as_str().unwrap()));
        Some((id, text.collect::<Vec<_>>().join("|")))
    }

    #[test]
    fn values_are_found() {
        assert_eq!(
            read("QUERY_RECEIVED: TCP=0; InterfaceIP=192.0.2.53; Source=192.0.2.9; RD=1; QNAME=www.example.; QTYPE=1; XID=7; Port=5; Flags=256; PacketData=0x00; AdditionalInfo = VirtualizationInstanceOptionValue: .; GUID={A}"),
            Some((256, "TCP=0|InterfaceIP=192.0.2.53|Source=192.0.2.9|RD=1|QNAME=www.example.|QTYPE=1|XID=7|Port=5|Flags=256|PacketData=0x00|AdditionalInfo=VirtualizationInstanceOptionValue: .|GUID={A}".to_owned()))
        );
        assert_eq!(
            read("XFR_NOTIFY_ACK_IN: Source=192.0.2.9; InterfaceIP=192.0.2.53; PacketData=0x00"),
            Some((
                275,
                "Source=192.0.2.9|InterfaceIP=192.0.2.53|PacketData=0x00".to_owned()
            ))
        );
        assert_eq!(read("A record was created"), None);
        assert_eq!(read("error: x=y; z"), None);
    }

    #[test]
    fn a_name_cannot_pass_for_other_values() {
        assert_eq!(
            read("QUERY_RECEIVED: TCP=0; Source=192.0.2.9; RD=1; QNAME=a; QTYPE=28; XID=9; Source=198.51.100.1; b.example.; QTYPE=1; XID=7"),
            Some((256, "TCP=0|Source=192.0.2.9|RD=1|QNAME=a; QTYPE=28; XID=9; Source=198.51.100.1; b.example.|QTYPE=1|XID=7".to_owned()))
        );
    }
}
