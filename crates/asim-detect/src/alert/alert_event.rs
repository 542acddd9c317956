//! An alert as an event of ASIM's schema AlertEvent.

use asim_schema::{
    AdditionalFields, AlertEvent, AlertEventSubType, AlertEventType, AlertStatus, AlertVersion,
    DetectionMethod, EventSeverity, IndicatorType, UsernameType,
};

use super::{Alert, EntityKind, Severity};
use crate::rule::Family;

impl From<Severity> for EventSeverity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Informational => Self::Informational,
            Severity::Low => Self::Low,
            Severity::Medium => Self::Medium,
            Severity::High => Self::High,
        }
    }
}

impl Alert {
    /// The alert as an event of schema AlertEvent: what has no field there goes to `AdditionalFields` under its own name.
    pub fn to_alert_event(&self) -> AlertEvent<'static> {
        let mut event = AlertEvent::new(AlertVersion::DEFAULT);
        event.set_event_vendor("asimkit");
        event.set_event_product("asim");
        event.set_event_type(AlertEventType::Alert);
        event.set_event_sub_type(match self.info.family {
            Family::Reconnaissance | Family::Indicators => AlertEventSubType::Threat,
            _ => AlertEventSubType::SuspiciousActivity,
        });
        event.set_event_start_time(self.first);
        event.set_event_end_time(self.last);
        event.set_event_count(i32::try_from(self.count).unwrap_or(i32::MAX));
        event.set_event_uid(self.id.clone());
        event.set_event_severity(self.severity.into());
        event.set_event_original_severity(self.severity.as_str());
        event.set_alert_name(self.title.clone().into_owned());
        event.set_alert_status(if self.suppressed_by.is_some() {
            AlertStatus::Closed
        } else {
            AlertStatus::Active
        });
        event.set_detection_method(match self.info.family {
            Family::Indicators => DetectionMethod::ThreatIntelligence,
            Family::Beyond => DetectionMethod::BehavioralAnalytics,
            _ => DetectionMethod::IntrusionDetection,
        });
        event.set_rule_name(self.info.id.clone().into_owned());
        event.set_rule_description(self.info.description.clone().into_owned());
        if !self.tactics.is_empty() {
            event.set_attack_tactics(self.tactics.join(", "));
        }
        let techniques: Vec<_> = self
            .info
            .techniques
            .iter()
            .map(|technique| &*technique.id)
            .collect();
        if !techniques.is_empty() {
            event.set_attack_techniques(techniques.join(", "));
        }
        event.set_threat_risk_level(self.risk_score.min(100));
        self.set_entities(&mut event);
        event.set_additional_fields(self.additional());
        event
    }

    /// The device and what the alert is about.
    fn set_entities(&self, event: &mut AlertEvent<'static>) {
        for entity in &self.entities {
            let value = entity.value.clone();
            match entity.kind {
                EntityKind::Ip => {
                    if let Ok(address) = value.parse()
                        && event.dvc_ip_addr().is_none()
                    {
                        event.set_dvc_ip_addr(address);
                        event.set_indicator_type(IndicatorType::Ip);
                    }
                }
                EntityKind::Host => {
                    event.set_dvc_hostname(value);
                    event.set_indicator_type(IndicatorType::Host);
                }
                EntityKind::Dns => {}
                EntityKind::Process => {
                    event.set_process_name(value);
                    event.set_indicator_type(IndicatorType::Process);
                }
                EntityKind::Account => {
                    event.set_username_type(if value.contains('\\') {
                        UsernameType::Windows
                    } else if value.contains('@') {
                        UsernameType::UPN
                    } else {
                        UsernameType::Simple
                    });
                    event.set_username(value);
                }
            }
        }
        if self.columns.query_type.as_deref() == Some("ProcessExecution")
            && let Some(line) = &self.columns.name
        {
            event.set_process_command_line(line.clone());
        }
    }

    fn additional(&self) -> AdditionalFields<'static> {
        let mut fields = AdditionalFields::default();
        if let Some(item) = &self.item {
            fields.push("Item", item.clone());
        }
        fields.push(
            "DetectionBranch",
            self.columns.detection_branch.clone().into_owned(),
        );
        if let Some(result) = &self.columns.result_code {
            fields.push("ResultCode", result.clone());
        }
        fields.push("WindowStart", self.window.start.to_string());
        fields.push("WindowEnd", self.window.end.to_string());
        for counter in &self.counters {
            fields.push(counter.name, i64::try_from(counter.value).unwrap_or(i64::MAX));
        }
        for (name, text) in &self.details {
            fields.push(*name, text.clone());
        }
        if let Some(sample) = self.evidence.first() {
            fields.push("Evidence", sample.text.to_string());
        }
        if self.shadow {
            fields.push("Shadow", true);
        }
        if let Some(suppression) = &self.suppressed_by {
            fields.push("SuppressedBy", suppression.by.clone());
        }
        fields
    }
}
