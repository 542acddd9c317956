//! From the names of the data to the names of Rust.

/// Parts of names that the rules below would cut in the wrong place.
const WORDS: [(&str, &str); 2] = [("MD4IoTid", "_md4iot_id"), ("MDEid", "_mde_id")];

/// `SrcIpAddr` -> `src_ip_addr`, `DvcFQDN` -> `dvc_fqdn`, `SrcUserAWSId` -> `src_user_aws_id`.
///
/// A word starts at a capital after a small letter or digit, and at the last of several capitals before a small letter.
pub(crate) fn snake(name: &str) -> String {
    let mut rest = name.to_owned();
    for (word, spelled) in WORDS {
        rest = rest.replace(word, spelled);
    }
    let letters: Vec<char> = rest.chars().collect();
    let mut snake = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(index + 1);
        let starts_word = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase))
            });
        if starts_word {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake.trim_start_matches('_').to_owned()
}

/// `request` -> `Request`, `Mobile Device` -> `MobileDevice`; letters otherwise as published.
pub(crate) fn variant(value: &str) -> String {
    let words = value
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words
        .map(|word| {
            word.chars()
                .next()
                .map_or_else(String::new, |c| c.to_ascii_uppercase().to_string() + &word[1..])
        })
        .collect()
}

/// `NSAP-PTR` -> `NSAP_PTR`, `DNS Stateful Operations` -> `DNS_STATEFUL_OPERATIONS`.
pub(crate) fn constant(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect()
}

/// `0.1.3` -> `V0_1_3`.
pub(crate) fn version(version: &str) -> String {
    format!("V{}", version.replace('.', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_names_become_snake_case() {
        for (name, expected) in [
            ("SrcIpAddr", "src_ip_addr"),
            ("DvcFQDN", "dvc_fqdn"),
            ("SrcFQDNType", "src_fqdn_type"),
            ("SrcUserAadId", "src_user_aad_id"),
            ("SrcUserAWSId", "src_user_aws_id"),
            ("SrcDvcMDEid", "src_dvc_mde_id"),
            ("DvcMD4IoTid", "dvc_md4iot_id"),
            ("DvcVMConnectionId", "dvc_vm_connection_id"),
            ("TransactionIdHex", "transaction_id_hex"),
            ("DnsFlagsZ", "dns_flags_z"),
            ("Dvc", "dvc"),
        ] {
            assert_eq!(snake(name), expected);
        }
    }

    #[test]
    fn values_and_codes_become_identifiers() {
        assert_eq!(variant("request"), "Request");
        assert_eq!(variant("Mobile Device"), "MobileDevice");
        assert_eq!(variant("NA"), "NA");
        assert_eq!(constant("NSAP-PTR"), "NSAP_PTR");
        assert_eq!(version("1.0.0"), "V1_0_0");
    }
}
