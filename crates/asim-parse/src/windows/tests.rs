//! The forms of one event, and text that is none.

use std::fmt::Write;

use proptest::prelude::*;

use super::{DataValue, NO_ID, WindowsEvent};
use crate::envelope::TableHeader;
use crate::error::Fault;

const XML: &str = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>\
    <Provider Name='Contoso-Test' Guid='{00000000-1111-2222-3333-444444444444}'/><EventID Qualifiers='0'>22</EventID>\
    <Version>5</Version><Level>4</Level><Task>22</Task><Opcode>0</Opcode><Keywords>0x8000000000000000</Keywords>\
    <TimeCreated SystemTime=\"2026-11-21T09:00:00.1234567Z\"/><EventRecordID>17</EventRecordID>\
    <Correlation ActivityID='{55555555-6666-7777-8888-999999999999}'/><Execution ProcessID='3064' ThreadID='4188'/>\
    <Channel>Contoso-Test/Operational</Channel><Computer>ws1.corp.example</Computer><Security UserID='S-1-5-18'/>\
    </System><EventData><Data Name='Name'>a &lt;b&gt; &#38; c</Data><Data Name='Empty'></Data><Data Name='None'/>\
    <Data Name='Count'>7</Data></EventData></Event>";

fn xml(text: &str) -> Result<WindowsEvent<'_>, Fault> {
    WindowsEvent::xml(text.as_bytes())
}

fn json(text: &str) -> Result<WindowsEvent<'_>, Fault> {
    WindowsEvent::json(text.as_bytes())
}

/// The data with types put aside, which XML does not have.
fn data(event: &WindowsEvent<'_>) -> Vec<(String, String)> {
    let text = |value: &DataValue<'_>| value.as_str().unwrap_or("nested").to_owned();
    event
        .data
        .iter()
        .map(|(name, value)| (name.to_string(), text(value)))
        .collect()
}

/// What every form of the event must say.
fn assert_same(event: &WindowsEvent<'_>, form: &str) {
    assert_eq!(event.provider.as_deref(), Some("Contoso-Test"), "{form}");
    assert_eq!(event.event_id, 22, "{form}");
    assert_eq!(
        event.channel.as_deref(),
        Some("Contoso-Test/Operational"),
        "{form}"
    );
    assert_eq!(event.computer.as_deref(), Some("ws1.corp.example"), "{form}");
    assert_eq!(event.record_id, Some(17), "{form}");
    let expected = [("Name", "a <b> & c"), ("Count", "7")];
    assert_eq!(
        data(event),
        expected.map(|(name, text)| (name.to_owned(), text.to_owned())),
        "{form}"
    );
    let time = event
        .time_created
        .or(event.time_generated)
        .map(|time| time.to_string());
    assert_eq!(time.as_deref(), Some("2026-11-21T09:00:00.1234567Z"), "{form}");
}

#[test]
fn xml_is_read_whole() {
    let event = xml(XML).unwrap();
    assert_same(&event, "XML");
    assert_eq!(
        event.provider_guid.as_deref(),
        Some("{00000000-1111-2222-3333-444444444444}")
    );
    assert_eq!((event.process_id, event.thread_id), (Some(3064), Some(4188)));
    assert_eq!(event.user_sid.as_deref(), Some("S-1-5-18"));
    assert_eq!(
        event.activity_id.as_deref(),
        Some("{55555555-6666-7777-8888-999999999999}")
    );
    assert_eq!(event.keywords.as_deref(), Some("0x8000000000000000"));
    assert_eq!(
        [&event.version, &event.level, &event.task, &event.opcode].map(|text| text.as_deref()),
        [Some("5"), Some("4"), Some("22"), Some("0")]
    );
    assert!(!event.repeated && event.other.is_empty());
}

#[test]
fn every_json_form_says_the_same() {
    let forms = [
        // Converted XML, with attributes in three ways.
        r##"{"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"Contoso-Test"}},"EventID":{"#attributes":{"Qualifiers":0},"#text":22},"TimeCreated":{"#attributes":{"SystemTime":"2026-11-21T09:00:00.1234567Z"}},"EventRecordID":17,"Correlation":null,"Channel":"Contoso-Test/Operational","Computer":"ws1.corp.example"},"EventData":{"#attributes":{"Name":"x"},"Name":"a <b> & c","Empty":"","None":null,"Count":7}}}"##,
        r##"{"Event":{"@xmlns":"x","System":{"Provider":{"@Name":"Contoso-Test"},"EventID":"22","TimeCreated":{"@SystemTime":"2026-11-21 09:00:00.1234567"},"EventRecordID":"17","Channel":"Contoso-Test/Operational","Computer":"ws1.corp.example"},"EventData":{"Data":[{"@Name":"Name","#text":"a <b> & c"},{"@Name":"Empty"},{"@Name":"Count","#text":"7"}]}}}"##,
        r#"{"Event":{"System":{"Provider_attributes":{"Name":"Contoso-Test"},"EventID":22,"TimeCreated_attributes":{"SystemTime":"2026-11-21T09:00:00.1234567Z"},"EventRecordID":17,"Channel":"Contoso-Test/Operational","Computer":"ws1.corp.example"},"EventData":{"Name":"a \u003cb> & c","Count":7}}}"#,
        // Without the outermost object.
        r#"{"System":{"Provider":{"Name":"Contoso-Test"},"EventID":{"Value":22},"TimeCreated":{"SystemTime":"2026-11-21T09:00:00.1234567Z"},"EventRecordID":17,"Channel":"Contoso-Test/Operational","Computer":"ws1.corp.example"},"EventData":{"Name":"a <b> & c","Count":7},"Message":"m"}"#,
        // Elastic Agent, Winlogbeat 7, and before.
        r#"{"@timestamp":"2026-11-21T09:00:00.1234567Z","event":{"code":"22","provider":"Contoso-Test"},"agent":{"name":"x"},"host":{"name":"collector"},"winlog":{"channel":"Contoso-Test/Operational","computer_name":"ws1.corp.example","record_id":"17","process":{"pid":3064,"thread":{"id":4188}},"user":{"identifier":"S-1-5-18"},"event_data":{"Name":"a <b> & c","Count":"7"}}}"#,
        r#"{"@timestamp":"2026-11-21T09:00:00.1234567Z","winlog":{"provider_name":"Contoso-Test","event_id":22,"channel":"Contoso-Test/Operational","computer_name":"ws1.corp.example","record_id":17,"event_data":{"Name":"a <b> & c","Count":7}}}"#,
        r#"{"@timestamp":"2026-11-21T09:00:00.1234567Z","type":"wineventlog","source_name":"Contoso-Test","event_id":22,"log_name":"Contoso-Test/Operational","computer_name":"ws1.corp.example","record_number":"17","user":{"identifier":"S-1-5-18"},"event_data":{"Name":"a <b> & c","Count":"7"},"message":"m"}"#,
        // Names with dots, as exports have them.
        r#"{"@timestamp":"2026-11-21T09:00:00.1234567Z","event.code":"22","event.provider":"Contoso-Test","winlog.channel":"Contoso-Test/Operational","winlog.computer_name":"ws1.corp.example","winlog.record_id":17,"winlog.event_data.Name":"a <b> & c","winlog.event_data.Count":"7"}"#,
        // NXLog, and rows of a custom table.
        r#"{"EventTime":"2026-11-21T10:00:00.1234567+01:00","Hostname":"ws1.corp.example","Keywords":-9223372036854775808,"EventType":"INFO","EventID":22,"SourceName":"Contoso-Test","RecordNumber":17,"Channel":"Contoso-Test/Operational","Domain":"NT AUTHORITY","Name":"a <b> & c","Count":"7","EventReceivedTime":"2026-11-21 10:00:01","SourceModuleName":"in"}"#,
        r#"{"EventTime_t":"2026-11-21T09:00:00.1234567Z","Hostname_s":"ws1.corp.example","EventID_d":"22","SourceName_s":"Contoso-Test","RecordNumber_d":"17.0","Channel_s":"Contoso-Test/Operational","Name_s":"a <b> & c","Count_d":7,"Type":"Contoso_CL"}"#,
        // Rows of the tables.
        r#"{"TimeGenerated":"2026-11-21T09:00:00.1234567Z","Provider":"Contoso-Test","Channel":"Contoso-Test/Operational","Computer":"ws1.corp.example","EventID":22,"EventRecordId":"17","EventData":{"Name":"a <b> & c","Count":7},"Type":"WindowsEvent"}"#,
        r#"{"TimeGenerated":"2026-11-21T09:00:00.1234567Z","Provider":"Contoso-Test","Channel":"Contoso-Test/Operational","Computer":"ws1.corp.example","EventID":22,"EventRecordId":"17","EventData":"{\"Name\":\"a <b> & c\",\"Count\":\"7\"}"}"#,
        r#"{"TimeGenerated":"2026-11-21T09:00:00.1234567Z","Source":"Contoso-Test","EventLog":"Contoso-Test/Operational","Computer":"ws1.corp.example","EventID":22,"EventRecordId":17,"EventData":"<DataItem type=\"System.XmlData\"><EventData xmlns=\"x\"><Data Name=\"Name\">a &lt;b&gt; &amp; c</Data><Data Name=\"Count\">7</Data></EventData></DataItem>","MG":"x"}"#,
    ];
    for form in forms {
        assert_same(&json(form).unwrap(), form);
    }
}

#[test]
fn rows_say_the_same() {
    let header = TableHeader::new(b"TimeGenerated,Source,EventLog,Computer,EventID,EventRecordId,EventData");
    let row = "2026-11-21T09:00:00.1234567Z,Contoso-Test,Contoso-Test/Operational,ws1.corp.example,22,17,\
        \"<DataItem><EventData><Data Name=\"\"Name\"\">a &lt;b&gt; &amp; c</Data><Data Name=\"\"Count\"\">7</Data></EventData></DataItem>\"";
    assert_same(&WindowsEvent::row(row.as_bytes(), &header).unwrap(), row);
    let header = TableHeader::new(b"TimeGenerated,Provider,Channel,Computer,EventID,EventRecordId,EventData");
    let row = "2026-11-21T09:00:00.1234567Z,Contoso-Test,Contoso-Test/Operational,ws1.corp.example,22,17,\
        \"{\"\"Name\"\":\"\"a <b> & c\"\",\"\"Count\"\":7}\"";
    assert_same(&WindowsEvent::row(row.as_bytes(), &header).unwrap(), row);
    assert_eq!(WindowsEvent::row(b",,,,,,", &header).unwrap_err().class, NO_ID);
    assert!(WindowsEvent::row(b"1,2", &header).is_err());
}

#[test]
fn xml_in_all_its_spellings() {
    for text in [
        XML.replace('<', "<ev:")
            .replace("<ev:/", "</ev:")
            .replace("xmlns=", "xmlns:ev="),
        XML.replace('\'', "\""),
        XML.replace("a &lt;b&gt; &#38; c", "<![CDATA[a <b> & c]]>"),
        XML.replace("a &lt;b&gt; &#38; c", "a &lt;<![CDATA[b>]]><!-- no --> &amp; c"),
        format!("\u{feff}<?xml version='1.0' encoding='utf-8'?>\r\n<!-- c -->{XML}\r\n"),
        XML.replace("Name='Name'", "xml:space='preserve' Name = 'Name' other=\"1\""),
        XML.replace("><", ">\r\n  <"),
        XML.replace(
            "</EventData>",
            "</EventData><RenderingInfo Culture='en-US'><Message>m</Message></RenderingInfo>",
        ),
    ] {
        assert_same(&xml(&text).unwrap(), &text);
    }
}

#[test]
fn data_without_names_are_counted() {
    let text = "<Event><System><EventID>7</EventID></System><EventData><Data>a</Data><Data></Data><Data>c</Data><Binary>00</Binary></EventData></Event>";
    let event = xml(text).unwrap();
    let expected = [("param1", "a"), ("param3", "c"), ("Binary", "00")];
    let owned = expected.map(|(name, text)| (name.to_owned(), text.to_owned()));
    assert_eq!(data(&event), owned);
    for text in [
        r##"{"Event":{"System":{"EventID":7},"EventData":{"Data":{"#text":["a","","c"]},"Binary":"00"}}}"##,
        r#"{"Event":{"System":{"EventID":7},"EventData":{"Data":["a",null,"c"],"Binary":"00"}}}"#,
    ] {
        assert_eq!(data(&json(text).unwrap()), owned, "{text}");
    }
}

#[test]
fn user_data_stand_inside_the_providers_element() {
    let text = "<Event><System><EventID>7</EventID></System><UserData><EventXML xmlns='x'><Param1>a</Param1></EventXML></UserData></Event>";
    assert_eq!(xml(text).unwrap().data("Param1"), Some("a"));
    let text = r#"{"Event":{"System":{"EventID":7},"UserData":{"EventXML":{"Param1":"a"}}}}"#;
    assert_eq!(json(text).unwrap().data("Param1"), Some("a"));
}

#[test]
fn a_name_given_twice_is_told_and_the_last_counts() {
    let text = "<Event><System><EventID>7</EventID></System><EventData><Data Name='A'>1</Data><Data Name='A'>2</Data></EventData></Event>";
    let event = xml(text).unwrap();
    assert_eq!((event.repeated, event.data("A")), (true, Some("2")));
    let event = json(r#"{"EventID":7,"A":1,"B":2,"A":3}"#).unwrap();
    assert_eq!((event.repeated, event.data("A")), (true, Some("3")));
}

#[test]
fn a_local_time_is_left_to_who_knows_the_zone() {
    let event =
        json(r#"{"EventID":7,"EventTime":"2026-11-21 10:00:00","@timestamp":"2026-11-21T09:00:02Z"}"#)
            .unwrap();
    assert_eq!(event.local_time.as_deref(), Some("2026-11-21 10:00:00"));
    assert_eq!((event.time_created, event.shipper_time.is_some()), (None, true));
}

#[test]
fn what_is_no_event_is_rejected_with_the_reason() {
    let head = "<Event><System><EventID>7</EventID></System>";
    for (text, class) in [
        (
            "<!DOCTYPE a [<!ENTITY b 'c'>]><Event/>".to_owned(),
            "a document type declaration",
        ),
        (
            format!("{head}<EventData><Data Name='A'>&b;</Data></EventData></Event>"),
            "an entity that XML does not know",
        ),
        (
            format!("{head}<EventData><Data Name='&b;'>c</Data></EventData></Event>"),
            "an entity that XML does not know",
        ),
        (format!("{head}<EventData>"), "XML broken off"),
        (format!("{head}</Events>"), "XML that is not well-formed"),
        (format!("{head}</Event><Event/>"), "not an Event element"),
        (format!("{head}</Event> x"), "text beside the Event element"),
        (
            format!("{head}<EventData><Data Name=A>1</Data></EventData></Event>"),
            "an attribute without a value",
        ),
        (
            "<Event><System/></Event>".to_owned(),
            "Event element without an EventID",
        ),
        (
            "<Event><System><EventID>x</EventID></System></Event>".to_owned(),
            "EventID is not a number",
        ),
        ("<Other/>".to_owned(), "not an Event element"),
        (String::new(), "not an Event element"),
        (
            format!("{}{}", "<Event>", "<a>".repeat(100_000)),
            "not an Event element",
        ),
    ] {
        let shown = text.get(..60).unwrap_or(&text);
        assert_eq!(xml(&text).unwrap_err().class, class, "{shown}");
    }
    assert_eq!(
        WindowsEvent::xml(b"<Event>\xff</Event>").unwrap_err().class,
        "not UTF-8"
    );
    assert_eq!(
        WindowsEvent::json(b"{\"EventID\":7,\"a\":\"\xff\"}")
            .unwrap_err()
            .class,
        "not UTF-8"
    );
    assert_eq!(json("{\"a\":1}").unwrap_err().class, NO_ID);
    assert_eq!(json("{\"EventID\":7").unwrap_err().class, "JSON broken off");
    assert_eq!(json("[]").unwrap_err().class, "not the expected JSON");
}

#[test]
fn objects_inside_each_other_do_no_harm() {
    let depth = 100_000;
    let text = format!("{}{}{}", "{\"Event\":".repeat(depth), "1", "}".repeat(depth));
    assert!(json(&text).is_err());
    let text = format!(
        "{{\"EventID\":7,\"A\":{}{}}}",
        "[".repeat(depth),
        "]".repeat(depth)
    );
    let event = json(&text).unwrap();
    let (_, value) = event.data.into_iter().next().unwrap();
    assert!(matches!(
        value.into_additional(),
        asim_schema::AdditionalValue::Text(_)
    ));
}

/// A name and a text for the data, both as converters may find them.
fn values() -> impl Strategy<Value = Vec<(String, String)>> {
    let value = ("[A-Za-z][A-Za-z0-9 ]{0,8}", "\\PC{0,20}");
    prop::collection::vec(value, 0..12)
}

proptest! {
    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let header = TableHeader::new(b"EventID,EventData,Source,EventLog");
        let _ = (WindowsEvent::xml(&bytes), WindowsEvent::json(&bytes), WindowsEvent::row(&bytes, &header));
    }

    #[test]
    fn nothing_panics_near_an_event(at in 0..XML.len(), text in "[<>/&;'\"= A-Za-z#]{0,6}", cut in 0..8_usize) {
        let mut changed = XML.as_bytes().to_vec();
        changed.splice(at..(at + cut).min(XML.len()), text.bytes());
        let _ = WindowsEvent::xml(&changed);
    }

    /// XML and JSON of the same event are the same event.
    #[test]
    fn twins_are_equal(values in values()) {
        let mut twin_xml = "<Event><System><Provider Name='P'/><EventID>7</EventID><Computer>c</Computer></System><EventData>".to_owned();
        let mut members = serde_json::Map::new();
        for (name, text) in &values {
            members.insert(name.clone(), text.clone().into());
        }
        for (name, text) in &members {
            let text = quick_xml::escape::escape(text.as_str().unwrap());
            write!(twin_xml, "<Data Name='{name}'>{text}</Data>").unwrap();
        }
        twin_xml.push_str("</EventData></Event>");
        let twin_json = serde_json::json!({"Event": {
            "System": {"Provider": {"#attributes": {"Name": "P"}}, "EventID": 7, "Computer": "c"},
            "EventData": members,
        }}).to_string();
        let twin_json = json(&twin_json).unwrap();
        // `Data` is what converters call elements without a name.
        prop_assume!(!members.contains_key("Data"));
        prop_assert_eq!(xml(&twin_xml).unwrap(), twin_json);
    }
}
