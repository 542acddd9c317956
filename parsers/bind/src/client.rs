//! Who a message is about: `client [@0xPTR ]ADDRESS#PORT[/key SIGNER][ (NAME)][: view VIEW]: MESSAGE`.

use asim_parse::value::{address, number};

use crate::raw::{Client, Endpoint, Transport};
use crate::text::{find_bare, split_once, word};

/// Longer than any address with a zone index.
const LONGEST_ADDRESS: usize = 64;

/// `ADDRESS#PORT` at the front, and what follows it.
pub(crate) fn endpoint(text: &[u8]) -> Option<(Endpoint<'_>, &[u8])> {
    let hash = text
        .iter()
        .take(LONGEST_ADDRESS)
        .position(|byte| matches!(byte, b'#' | b' ' | b'('))?;
    let (host, after) = (text.get(..hash)?, text.get(hash..)?.strip_prefix(b"#")?);
    let digits = after
        .iter()
        .take(6)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let port_text = after.get(..digits)?;
    let port = number::unsigned(port_text)?;
    let endpoint = Endpoint {
        text: host,
        address: address::from_text(host),
        port: u16::try_from(port).ok(),
        port_text,
    };
    (!host.is_empty()).then_some((endpoint, after.get(digits..)?))
}

/// What follows `client `: the client, and the message about it. None where no address and port stand there.
pub(crate) fn client(text: &[u8]) -> Option<(Client<'_>, &[u8])> {
    let mut client = Client::default();
    let mut rest = text;
    let (first, after) = word(rest);
    // Nothing but a letter or two ever stands before the sign.
    if let Some(at) = first.iter().take(3).position(|byte| *byte == b'@') {
        client.object = first.get(at + 1..);
        rest = after;
    }
    (client.endpoint, rest) = endpoint(rest)?;
    let mut colon = false;
    if let Some(after) = rest.strip_prefix(b"/key ") {
        let (key, after) = word(after);
        // A colon ends the key where no name follows.
        client.key = Some(match key.strip_suffix(b":") {
            Some(key) => {
                colon = true;
                key
            }
            None => key,
        });
        rest = if colon { after } else { with_blank(rest, after) };
    }
    if let Some(after) = rest.strip_prefix(b" (").filter(|_| !colon) {
        let end = find_bare(after, b')')?;
        client.name = after.get(..end);
        rest = after.get(end + 1..)?;
    }
    if !colon {
        rest = match rest {
            [b':', b' ', after @ ..] | [b' ', after @ ..] => after,
            b":" | b"" => &[],
            _ => return None,
        };
    }
    loop {
        if let Some(after) = rest.strip_prefix(b"view ")
            && client.view.is_none()
            && let Some((view, after)) = split_once(after, b": ")
        {
            client.view = Some(view);
            rest = after;
        } else if let Some((transport, after)) = transport(rest)
            && client.transport.is_none()
        {
            client.transport = Some(transport);
            rest = after;
        } else {
            return Some((client, rest));
        }
    }
}

/// The same text with the blank before it that [`word`] took.
fn with_blank<'t>(text: &'t [u8], after: &'t [u8]) -> &'t [u8] {
    text.len()
        .checked_sub(after.len() + 1)
        .and_then(|start| text.get(start..))
        .filter(|rest| rest.first() == Some(&b' '))
        .unwrap_or(after)
}

/// Infoblox's word for the transport.
fn transport(text: &[u8]) -> Option<(Transport, &[u8])> {
    let (transport, rest) = match text {
        [b'U', b'D', b'P', b':', rest @ ..] => (Transport::Udp, rest),
        [b'T', b'C', b'P', b':', rest @ ..] => (Transport::Tcp, rest),
        _ => return None,
    };
    Some((transport, rest.strip_prefix(b" ")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<Vec<String>> {
        let (client, message) = client(text.as_bytes())?;
        let text = |bytes: Option<&[u8]>| bytes.map_or("-".to_owned(), |b| b.escape_ascii().to_string());
        Some(vec![
            text(client.object),
            client
                .endpoint
                .address
                .map_or("-".to_owned(), |address| address.to_string()),
            client
                .endpoint
                .port
                .map_or("-".to_owned(), |port| port.to_string()),
            text(client.key),
            text(client.name),
            text(client.view),
            format!("{:?}", client.transport),
            text(Some(message)),
        ])
    }

    #[test]
    fn every_form_of_the_client() {
        for (line, expected) in [
            ("192.0.2.1#1025: m", "- 192.0.2.1 1025 - - - None m"),
            (
                "@0x7f 192.0.2.1#1025 (a.b): m",
                "0x7f 192.0.2.1 1025 - a.b - None m",
            ),
            (
                "192.0.2.1#1025 (a.b): view in: m",
                "- 192.0.2.1 1025 - a.b in None m",
            ),
            ("@0x7f ::1#5/key k (a.b): m", "0x7f ::1 5 k a.b - None m"),
            ("@0x7f ::1#5/key k: view v: m", "0x7f ::1 5 k - v None m"),
            ("fe80::1%2#53 (a): m", "- fe80::1 53 - a - None m"),
            ("192.0.2.1#1 UDP: m", "- 192.0.2.1 1 - - - Some(Udp) m"),
            ("192.0.2.1#1: view 12: UDP: m", "- 192.0.2.1 1 - - 12 Some(Udp) m"),
            ("192.0.2.1#1: TCP: m", "- 192.0.2.1 1 - - - Some(Tcp) m"),
            (r"192.0.2.1#1 (x\):\(y): m", r"- 192.0.2.1 1 - x\\):\\(y - None m"),
            ("s@0x7f 192.0.2.1#1 (a): m", "0x7f 192.0.2.1 1 - a - None m"),
            ("host.example#1 (a): m", "- - 1 - a - None m"),
            ("192.0.2.1#70000 (a): m", "- 192.0.2.1 - - a - None m"),
            ("@0x7f 192.0.2.1#1: ", "0x7f 192.0.2.1 1 - - - None "),
        ] {
            assert_eq!(
                parts(line).map(|parts| parts.join(" ")).as_deref(),
                Some(expected),
                "{line}"
            );
        }
    }

    #[test]
    fn what_is_no_client() {
        for line in [
            "",
            "@0x7f (no-peer): x",
            "192.0.2.1: x",
            "192.0.2.1#x: y",
            "#1: x",
            "192.0.2.1#1x",
            "a#1 (b",
        ] {
            assert_eq!(parts(line), None, "{line}");
        }
    }
}
