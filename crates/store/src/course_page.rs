//! Messages of the page that frames this one: changes of the link, and reports of the state.

use model::RunConfig;
use model::permalink::{Permalink, SettingsGroup, locked_change, write};
use protocol::embed::{EmbedEvent, StateReport};
use protocol::embed_command::EmbedId;

use crate::effect::Effect;
use crate::engine_events::{state_name, test_dice};
use crate::state::State;
use protocol::RunState;

impl State {
    /// Applies a link that a message has changed, unless a setting in which it differs is locked.
    pub(crate) fn set_link(
        &mut self,
        link: Permalink,
        id: Option<EmbedId>,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(reason) = self.why_locked(&link.config) {
            effects.push(Effect::Emit(EmbedEvent::Refused { reason, count: 1, id }));
            return;
        }
        self.switch_lab(link.config.lab(), effects);
        let Permalink { config, .. } = link;
        self.link = Permalink { config: self.link.config.clone(), ..link };
        if config == self.link.config {
            effects.push(Effect::ReplaceUrl(write(&self.link)));
        } else {
            self.apply_edit(config, effects);
        }
        if id.is_some() {
            effects.push(Effect::Emit(EmbedEvent::Report(self.report_state(id))));
        }
    }

    /// Returns a sentence if a configuration differs from the current one in a locked setting.
    pub(crate) fn why_locked(&self, config: &RunConfig) -> Option<String> {
        let group = locked_change(&self.link.frame, &self.link.config, config)?;
        let (what, key) = match group {
            SettingsGroup::Lab => ("The lab", "lab"),
            SettingsGroup::Data => ("The data set", "data"),
            SettingsGroup::Network => ("The network", "network"),
            SettingsGroup::Training => ("The setup of the training", "training"),
            SettingsGroup::Device => ("The device", "device"),
        };
        Some(format!("{what} cannot be changed here: the link locks or hides “{key}”."))
    }

    /// Returns the state for a course page.
    pub(crate) fn report_state(&self, id: Option<EmbedId>) -> StateReport {
        let run = self.visible_run();
        let point = run.and_then(|run| run.points.last());
        StateReport {
            id,
            state: state_name(run.map_or(RunState::Paused, |run| run.state)),
            step: run.map_or(0, |run| run.step()),
            epoch: point.map_or(0, |point| point.epoch),
            link: write(&self.link),
            views: self.views().iter().map(|view| view.slug()).collect(),
            test_loss: point.map(|point| point.test_loss),
            test_accuracy: point.map(|point| point.test_accuracy),
            test_dice: point.and_then(|point| test_dice(&point.dice)),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::permalink::{View, merge, pairs, parse};
    use model::{Architecture, DataSource, Lab};
    use protocol::ErrorCode;

    use super::*;
    use crate::action::Action;
    use crate::reduce::reduce;

    fn page(link: &str) -> State {
        State::new(parse(link).0, String::new(), 0)
    }

    fn configure(page: &mut State, message: &str) -> Vec<Effect> {
        let link = merge(&page.link, &pairs(message), |text| text.parse().ok()).unwrap();
        let id = Some(EmbedId::Number(1.0));
        reduce(page, Action::SetLink { link: Box::new(link), id })
    }

    fn report(effects: &[Effect]) -> Option<&StateReport> {
        effects.iter().find_map(|effect| match effect {
            Effect::Emit(EmbedEvent::Report(report)) => Some(report),
            _ => None,
        })
    }

    fn refusal(effects: &[Effect]) -> Option<&str> {
        effects.iter().find_map(|effect| match effect {
            Effect::Emit(EmbedEvent::Refused { reason, .. }) => Some(reason.as_str()),
            _ => None,
        })
    }

    #[test]
    fn a_message_changes_the_run_and_is_answered() {
        let mut page = page("model=cnn&epochs=4&embed=1");
        let effects = configure(&mut page, "model=mlp&view=why&hide=accuracy");
        assert_eq!(page.link.config.network().unwrap().architecture, Architecture::Mlp);
        assert_eq!((page.link.config.epochs, &page.link.views[..]), (4, &[View::Why][..]));
        assert!(page.debouncing);
        let report = report(&effects).expect("an answer");
        assert_eq!(report.id, Some(EmbedId::Number(1.0)));
        assert_eq!(report.views, ["why"]);
        assert_eq!(report.link, write(&page.link));
        // A message that changes nothing of the run does not set it up again.
        page.debouncing = false;
        let effects = configure(&mut page, "view=curves");
        assert!(!page.debouncing && matches!(&effects[0], Effect::ReplaceUrl(_)));
    }

    #[test]
    fn a_message_can_open_the_other_lab() {
        let mut page = page("data=phantom");
        configure(&mut page, "lab=segment&data=ventricles&depth=3");
        assert_eq!(page.lab(), Lab::Segment);
        assert!(matches!(page.link.config.data, DataSource::Ventricles(_)));
        assert_eq!(page.link.config.segmentation().unwrap().unet.depth, 3);
    }

    #[test]
    fn what_is_locked_is_changed_by_no_message() {
        let mut page = page("lock=network,lab&hide=data");
        for message in ["model=mlp", "epochs=2&layers=none", "lab=segment", "data=phantom"] {
            let before = page.clone();
            let effects = configure(&mut page, message);
            assert_eq!(page, before, "{message}");
            let reason = refusal(&effects).expect("a refusal");
            assert!(reason.contains("cannot be changed here"), "{reason}");
            assert_eq!(report(&effects), None);
        }
        assert_eq!(refusal(&configure(&mut page, "epochs=2")), None);
        assert_eq!(page.link.config.epochs, 2);
        // One message can close what another opens again.
        configure(&mut page, "lock=none&hide=none");
        assert_eq!(refusal(&configure(&mut page, "model=mlp&lock=network")), None);
        assert_eq!(page.link.config.network().unwrap().architecture, Architecture::Mlp);
        assert!(refusal(&configure(&mut page, "model=cnn")).is_some());
    }

    #[test]
    fn what_is_locked_is_changed_by_no_control() {
        let mut page = page("lock=network,lab,device");
        let config = page.link.config.clone();
        let other = parse("model=mlp").0.config;
        let locked = [
            Action::SetConfig(other),
            Action::SetLab(Lab::Segment),
            Action::SetDevice(model::DeviceChoice::Cpu),
        ];
        for action in locked {
            reduce(&mut page, action);
            assert_eq!(page.link.config, config);
        }
        assert!(page.notices.iter().all(|notice| notice.problem.code == ErrorCode::BadConfig));
        assert_eq!(page.notices.len(), 3);
        reduce(&mut page, Action::SetLearningRate(0.01));
        assert_eq!(page.link.config.learning_rate, 0.01);
    }
}
