//! The names under which converters, shippers and tables hand on what the event log says of an event.

/// What the event log says of an event, apart from the event's own data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Provider,
    ProviderGuid,
    EventId,
    Version,
    Level,
    Task,
    Opcode,
    /// A word for the opcode, which counts where there is no number.
    OpcodeWord,
    Keywords,
    Channel,
    Computer,
    /// The host of a shipper, which counts where no computer is named.
    Host,
    /// A time in UTC by definition.
    TimeCreated,
    /// A time that is local where it names no zone.
    EventTime,
    TimeGenerated,
    ShipperTime,
    RecordId,
    ProcessId,
    ThreadId,
    UserSid,
    ActivityId,
    Message,
    /// The channel, in a table whose provider stands in `Source`.
    EventLog,
}

/// An object with members of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// The outermost object, and what a converter puts into one.
    Root,
    /// A converted `System` element, or `winlog`, which holds the same.
    System,
    /// The data, by their names.
    Data,
    /// Data inside an element that the provider names.
    UserData,
    /// `event` of the Elastic Common Schema.
    Event,
    /// `host`, `agent` or the like: a name inside.
    Host,
    /// An account, with its SID inside.
    User,
    /// `process` inside `winlog`.
    Process,
    /// A converted element whose attributes tell everything.
    Attributes,
    /// A converted element with text and attributes; the text is the field.
    Text(Field),
    /// The rendered texts of an event.
    Rendering,
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    Field(Field),
    Group(Group),
    /// A member of the shipper or the table.
    Other,
}

/// What a member of a group is; none if it may be a value of the data.
pub(super) fn member(group: Group, name: &str) -> Option<Member> {
    match group {
        Group::Root => root(name),
        Group::System => Some(system(name).unwrap_or(Member::Other)),
        Group::Event => Some(match name {
            "code" => Member::Field(Field::EventId),
            "provider" => Member::Field(Field::Provider),
            _ => Member::Other,
        }),
        Group::Host => Some(match name {
            "name" | "hostname" => Member::Field(Field::Host),
            _ => Member::Other,
        }),
        Group::User => Some(match name {
            "identifier" => Member::Field(Field::UserSid),
            _ => Member::Other,
        }),
        Group::Process => Some(match name {
            "pid" => Member::Field(Field::ProcessId),
            // `thread` is an object with the same member.
            "thread" => Member::Group(Group::Text(Field::ThreadId)),
            _ => Member::Other,
        }),
        Group::Attributes => Some(attribute(name)),
        Group::Text(field) => Some(match name {
            "#text" | "$t" | "_" | "$" | "Value" | "value" | "id" => Member::Field(field),
            _ => Member::Other,
        }),
        Group::Rendering => Some(match name {
            "Message" => Member::Field(Field::Message),
            _ => Member::Other,
        }),
        Group::Data | Group::UserData => None,
    }
}

/// An attribute of an element inside `System`; converters mark attributes with a sign before the name.
fn attribute(name: &str) -> Member {
    match name.strip_prefix(['@', '-', '_']).unwrap_or(name) {
        "#attributes" | "$" | "attributes" => Member::Group(Group::Attributes),
        "Name" => Member::Field(Field::Provider),
        "Guid" => Member::Field(Field::ProviderGuid),
        "SystemTime" => Member::Field(Field::TimeCreated),
        "ProcessID" => Member::Field(Field::ProcessId),
        "ThreadID" => Member::Field(Field::ThreadId),
        "UserID" => Member::Field(Field::UserSid),
        "ActivityID" => Member::Field(Field::ActivityId),
        _ => Member::Other,
    }
}

/// Members of a converted `System` element and of `winlog`.
fn system(name: &str) -> Option<Member> {
    Some(match name {
        "Provider"
        | "Provider_attributes"
        | "Execution"
        | "Execution_attributes"
        | "Security"
        | "Security_attributes"
        | "Correlation"
        | "Correlation_attributes"
        | "TimeCreated_attributes" => Member::Group(Group::Attributes),
        "event_data" => Member::Group(Group::Data),
        "user_data" => Member::Group(Group::UserData),
        "process" => Member::Group(Group::Process),
        "user" => Member::Group(Group::User),
        _ => Member::Field(common(name)?),
    })
}

/// Names that mean the same at the root, in `System` and in `winlog`.
fn common(name: &str) -> Option<Field> {
    Some(match name {
        "EventID" | "EventId" | "event_id" => Field::EventId,
        "ProviderName" | "provider_name" | "source_name" => Field::Provider,
        "ProviderGuid" | "provider_guid" => Field::ProviderGuid,
        "Version" | "version" => Field::Version,
        "Level" | "EventLevel" | "level" => Field::Level,
        "Task" | "task" | "TaskValue" => Field::Task,
        "OpcodeValue" => Field::Opcode,
        "Opcode" | "opcode" => Field::OpcodeWord,
        "Keywords" | "keywords" => Field::Keywords,
        "Channel" | "channel" | "log_name" => Field::Channel,
        "Computer" | "computer_name" => Field::Computer,
        "TimeCreated" | "time_created" => Field::TimeCreated,
        "EventRecordID" | "EventRecordId" | "RecordNumber" | "record_number" | "record_id" => Field::RecordId,
        "activity_id" | "ActivityID" => Field::ActivityId,
        _ => return None,
    })
}

/// Members of the outermost object, and columns of a table.
fn root(name: &str) -> Option<Member> {
    if let Some(field) = common(name) {
        return Some(Member::Field(field));
    }
    Some(match name {
        "Event" => Member::Group(Group::Root),
        "System" | "winlog" => Member::Group(Group::System),
        "EventData" | "event_data" => Member::Group(Group::Data),
        "UserData" | "user_data" => Member::Group(Group::UserData),
        "RenderingInfo" => Member::Group(Group::Rendering),
        "event" => Member::Group(Group::Event),
        "host" => Member::Group(Group::Host),
        "user" => Member::Group(Group::User),
        "Provider" | "SourceName" | "EventSourceName" | "event.provider" => Member::Field(Field::Provider),
        "Hostname" => Member::Field(Field::Computer),
        "EventTime" => Member::Field(Field::EventTime),
        "TimeGenerated" => Member::Field(Field::TimeGenerated),
        "@timestamp" => Member::Field(Field::ShipperTime),
        "ProcessID" | "ExecutionProcessID" | "process_id" | "SystemProcessId" => {
            Member::Field(Field::ProcessId)
        }
        "ThreadID" | "ExecutionThreadID" | "thread_id" | "SystemThreadId" => Member::Field(Field::ThreadId),
        "UserID" | "SystemUserId" => Member::Field(Field::UserSid),
        "Message" | "message" | "RenderedDescription" => Member::Field(Field::Message),
        "EventLog" => Member::Field(Field::EventLog),
        "event.code" => Member::Field(Field::EventId),
        "host.name" => Member::Field(Field::Host),
        _ if is_of_shipper(name) => Member::Other,
        _ => return None,
    })
}

/// Names that `NXLog`, Logstash and tables add beside an event's data.
fn is_of_shipper(name: &str) -> bool {
    matches!(name.as_bytes().first(), Some(b'_' | b'@' | b'#'))
        || matches!(
            name,
            "AccountName"
                | "AccountType"
                | "AzureDeploymentID"
                | "Category"
                | "ChannelID"
                | "Domain"
                | "ERROR_EVT_UNRESOLVED"
                | "EventCategory"
                | "EventLevelName"
                | "EventOriginId"
                | "EventReceivedTime"
                | "EventType"
                | "HostIP"
                | "MG"
                | "ManagementGroupName"
                | "ParameterXml"
                | "Qualifiers"
                | "RawData"
                | "RawEventData"
                | "RelatedActivityID"
                | "Role"
                | "Severity"
                | "SeverityValue"
                | "SourceComputerId"
                | "SourceModuleName"
                | "SourceModuleType"
                | "SourceSystem"
                | "TenantId"
                | "UserName"
                | "port"
                | "tags"
                | "type"
        )
}

/// The name without the letter that the Log Analytics collector adds for the type: `QNAME_s`, `EventID_d`.
pub(super) fn without_type(name: &str) -> Option<&str> {
    match name.as_bytes() {
        [.., b'_', b's' | b'd' | b'g' | b't' | b'b'] => name.get(..name.len() - 2),
        _ => None,
    }
}
