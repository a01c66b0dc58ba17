//! A summary of the state for bug reports.

use model::permalink::write;
use protocol::{DeviceInfo, DeviceKind};

use crate::engine::{EngineData, EngineStatus};
use crate::state::State;

/// Returns names and values of the state that a bug report needs. Images are not included.
pub fn bug_report(state: &State) -> Vec<(&'static str, String)> {
    let mut report = vec![
        ("build", state.build.clone()),
        ("link", write(&state.link)),
        ("engine", engine(&state.engine.status)),
        ("engineData", data(&state.engine.data).into()),
        ("worker", state.engine.worker.to_string()),
        ("crashes", state.engine.crashes.to_string()),
    ];
    if let Some(run) = &state.run {
        report.extend([
            ("run", run.id.0.to_string()),
            ("runState", format!("{:?}", run.state)),
            ("step", run.step().to_string()),
            ("totalSteps", run.total_steps().unwrap_or(0).to_string()),
            (
                "firstWeights",
                run.first_weights
                    .as_ref()
                    .map_or_else(|| "random".to_owned(), |weights| weights.origin.label()),
            ),
            ("lastLoss", run.losses.last().map_or_else(String::new, f32::to_string)),
        ]);
    }
    let problems = state.recent_problems.iter();
    let problems: Vec<String> =
        problems.map(|problem| format!("{}: {}", problem.code.slug(), problem.message)).collect();
    report.push(("problems", problems.join("\n")));
    report
}

fn engine(status: &EngineStatus) -> String {
    match status {
        EngineStatus::Loading(progress) => {
            format!("loading, {} of {} bytes", progress.received, progress.total)
        }
        EngineStatus::Starting => "starting".into(),
        EngineStatus::Failed(sentence) => sentence.clone(),
        EngineStatus::Ready(DeviceInfo { kind: DeviceKind::Cpu, reason, .. }) => {
            format!("CPU. {reason}")
        }
        EngineStatus::Ready(DeviceInfo { kind: DeviceKind::Gpu, adapter, reason, .. }) => {
            format!("GPU {adapter}. {reason}")
        }
    }
}

fn data(data: &EngineData) -> &'static str {
    match data {
        EngineData::None => "none",
        EngineData::Loading(_) => "loading",
        EngineData::Ready(..) => "ready",
    }
}

#[cfg(test)]
mod tests {
    use model::permalink::Permalink;
    use protocol::{ErrorCode, Problem};

    use super::*;
    use crate::action::Action;
    use crate::reduce::reduce;

    #[test]
    fn a_report_names_the_link_and_problems_that_were_dismissed() {
        let mut state = State::new(Permalink::default(), "abc".into(), 1000);
        reduce(&mut state, Action::Report(Problem::new(ErrorCode::BadImage, "Not an image.")));
        reduce(&mut state, Action::Dismiss(0));
        assert!(state.notices.is_empty());
        let report = bug_report(&state);
        let value = |name| &report.iter().find(|(known, _)| *known == name).unwrap().1;
        assert_eq!(value("build"), "abc");
        assert!(value("link").contains("optimizer=adam"), "{}", value("link"));
        assert_eq!(value("engine"), "loading, 0 of 1000 bytes");
        assert_eq!(value("problems"), "bad-image: Not an image.");
        assert!(report.iter().all(|(name, _)| *name != "run"));
    }

    #[test]
    fn only_the_latest_problems_are_kept() {
        let mut state = State::new(Permalink::default(), String::new(), 0);
        for n in 0..30 {
            let problem = Problem::new(ErrorCode::BadImage, format!("Number {n}."));
            reduce(&mut state, Action::Report(problem));
        }
        assert_eq!(state.recent_problems.len(), 10);
        assert_eq!(state.recent_problems[9].message, "Number 29.");
    }
}
