//! The views that the page shows.

use model::StudyKind;
use model::permalink::{MAX_VIEWS, View, write};

use crate::effect::Effect;
use crate::state::State;

impl State {
    /// Returns the views to show, from left to right: those of the link, or, if it names none, the
    /// learning curves, beside the layers where a page has room for both. Those that the link hides
    /// are left out.
    pub fn views(&self) -> Vec<View> {
        let mut views = match (&self.link.views[..], self.link.embed) {
            ([], true) => vec![View::Curves],
            ([], false) => vec![View::Curves, View::Layers],
            (views, _) => views.to_vec(),
        };
        views.retain(|view| !self.link.frame.hides_view(*view));
        views
    }

    /// Shows a view in a pane, counted from the left. A view that another pane shows changes places
    /// with the one it replaces.
    pub(crate) fn show_view(&mut self, pane: usize, view: View, effects: &mut Vec<Effect>) {
        let mut views = self.views();
        if !view.is_in(self.lab())
            || self.link.frame.hides_view(view)
            || pane > views.len()
            || pane >= MAX_VIEWS
        {
            return;
        }
        match views.iter().position(|shown| *shown == view) {
            Some(place) if pane < views.len() => views.swap(place, pane),
            // There is nothing to change places with.
            Some(_) => return,
            None if pane < views.len() => views[pane] = view,
            None => views.push(view),
        }
        if views == self.link.views {
            return;
        }
        self.link.views = views;
        let query = write(&self.link);
        // The history of a frame is that of the page around it, where Back means something else.
        effects.push(match self.link.embed {
            true => Effect::ReplaceUrl(query),
            false => Effect::PushUrl(query),
        });
    }

    /// Shows these views instead of others. Those that the lab lacks are left out.
    pub(crate) fn set_views(&mut self, mut views: Vec<View>, effects: &mut Vec<Effect>) {
        views.retain(|view| view.is_in(self.lab()));
        views.dedup();
        views.truncate(MAX_VIEWS);
        self.link.views = views;
        effects.push(Effect::ReplaceUrl(write(&self.link)));
    }

    /// Shows a question in the view of studies.
    pub(crate) fn set_study(&mut self, study: StudyKind, effects: &mut Vec<Effect>) {
        self.link.study = study;
        effects.push(Effect::ReplaceUrl(write(&self.link)));
    }

    /// Replaces the views that another lab lacks by those that have their place there.
    pub(crate) fn move_views_to_lab(&mut self) {
        let lab = self.lab();
        let mut views: Vec<View> = self.link.views.iter().map(|view| view.in_lab(lab)).collect();
        views.dedup();
        self.link.views = views;
    }

    /// Enters or leaves the projector mode.
    pub(crate) fn toggle_present(&mut self, effects: &mut Vec<Effect>) {
        self.link.present = !self.link.present;
        effects.push(Effect::ReplaceUrl(write(&self.link)));
    }
}

#[cfg(test)]
mod tests {
    use model::Lab;
    use model::permalink::Permalink;

    use super::*;
    use crate::action::Action;
    use crate::reduce::reduce;

    fn page(link: &str) -> State {
        State::new(model::permalink::parse(link).0, String::new(), 0)
    }

    #[test]
    fn a_view_that_another_pane_shows_changes_places() {
        let mut page = page("");
        assert_eq!(page.views(), [View::Curves, View::Layers]);
        let effects = reduce(&mut page, Action::ShowView { pane: 0, view: View::Layers });
        assert_eq!(page.views(), [View::Layers, View::Curves]);
        assert!(
            matches!(&effects[..], [Effect::PushUrl(query)] if query.contains("&view=layers%2Ccurves"))
        );
        reduce(&mut page, Action::ShowView { pane: 1, view: View::Step });
        assert_eq!(page.views(), [View::Layers, View::Step]);
        // The same view again is not another step of the history.
        assert_eq!(reduce(&mut page, Action::ShowView { pane: 1, view: View::Step }), []);
        assert_eq!(reduce(&mut page, Action::ShowView { pane: 2, view: View::Try }), []);
    }

    #[test]
    fn a_hidden_view_is_not_shown() {
        let mut page = page("view=evaluation,curves&hide=accuracy,why");
        assert_eq!(page.views(), [View::Curves]);
        for view in [View::Why, View::Evaluation, View::Mistakes] {
            assert_eq!(reduce(&mut page, Action::ShowView { pane: 0, view }), []);
        }
        reduce(&mut page, Action::ShowView { pane: 0, view: View::Step });
        assert_eq!(page.views(), [View::Step]);
    }

    #[test]
    fn a_second_pane_opens_beside_a_single_view() {
        let mut page = page("view=step");
        reduce(&mut page, Action::ShowView { pane: 1, view: View::Curves });
        assert_eq!(page.views(), [View::Step, View::Curves]);
        reduce(&mut page, Action::SetViews(vec![View::Step]));
        assert_eq!(page.views(), [View::Step]);
        assert_eq!(reduce(&mut page, Action::ShowView { pane: 1, view: View::Step }), []);
    }

    #[test]
    fn a_frame_adds_nothing_to_the_history_of_its_page() {
        let mut page = page("embed=1");
        assert_eq!(page.views(), [View::Curves]);
        let effects = reduce(&mut page, Action::ShowView { pane: 0, view: View::Why });
        assert!(matches!(&effects[..], [Effect::ReplaceUrl(_)]));
    }

    #[test]
    fn the_other_lab_shows_what_has_the_views_place_there() {
        let mut page = page("view=step,evaluation");
        reduce(&mut page, Action::SetLab(Lab::Segment));
        assert_eq!(page.views(), [View::Live, View::Cases]);
        // Both views of the second lab have the place of one of the first.
        let mut page = State::new(
            Permalink { views: vec![View::Mistakes, View::Evaluation], ..Permalink::default() },
            String::new(),
            0,
        );
        reduce(&mut page, Action::SetLab(Lab::Segment));
        assert_eq!(page.views(), [View::Cases]);
        assert_eq!(reduce(&mut page, Action::ShowView { pane: 0, view: View::Step }), []);
        reduce(&mut page, Action::SetViews(vec![View::Step, View::Try]));
        assert_eq!(page.views(), [View::Try]);
    }

    #[test]
    fn the_projector_mode_is_in_the_link() {
        let mut page = page("");
        let effects = reduce(&mut page, Action::TogglePresent);
        assert!(matches!(&effects[..], [Effect::ReplaceUrl(query)] if query.contains("present=1")));
        reduce(&mut page, Action::TogglePresent);
        assert!(!page.link.present);
    }
}
