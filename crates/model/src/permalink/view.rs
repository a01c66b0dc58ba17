//! Views of the page, which links choose with `view=`.

use crate::Lab;

/// A view of the page. Each lab has its own list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// Data, network and training. A wide page shows it beside the other views.
    Experiment,
    /// One training step, move by move.
    Step,
    /// Predictions for a few test slices during training.
    Live,
    /// Learning curves.
    Curves,
    /// Layers, and what they have learned.
    Layers,
    /// Explanation of one prediction.
    Why,
    /// Test images with the largest losses.
    Mistakes,
    /// Test slices with their scores.
    Cases,
    /// Accuracy and confusion matrix on the test set.
    Evaluation,
    /// Several networks that are trained and compared.
    Studies,
    /// The visitor's own images.
    Try,
    /// The run as a program, and its weights as a file.
    Code,
}

/// Largest number of views shown at the same time, side by side.
pub const MAX_VIEWS: usize = 2;

impl View {
    /// Returns the views of a lab, in the order of their tabs and number keys.
    pub fn of(lab: Lab) -> &'static [View] {
        match lab {
            Lab::Classify => &[
                View::Step,
                View::Curves,
                View::Layers,
                View::Why,
                View::Mistakes,
                View::Evaluation,
                View::Studies,
                View::Try,
                View::Code,
            ],
            Lab::Segment => &[
                View::Live,
                View::Curves,
                View::Layers,
                View::Why,
                View::Cases,
                View::Try,
                View::Code,
            ],
        }
    }

    /// Returns whether a lab has this view.
    pub fn is_in(self, lab: Lab) -> bool {
        self == View::Experiment || View::of(lab).contains(&self)
    }

    /// Returns this view, or the one that has its place in another lab.
    pub fn in_lab(self, lab: Lab) -> View {
        match (self, lab) {
            (View::Step, Lab::Segment) => View::Live,
            (View::Mistakes | View::Evaluation, Lab::Segment) => View::Cases,
            (View::Studies, Lab::Segment) => View::Curves,
            (View::Live, Lab::Classify) => View::Step,
            (View::Cases, Lab::Classify) => View::Mistakes,
            _ => self,
        }
    }

    /// Returns the name in links.
    pub fn slug(self) -> &'static str {
        match self {
            View::Experiment => "experiment",
            View::Step => "step",
            View::Live => "live",
            View::Curves => "curves",
            View::Layers => "layers",
            View::Why => "why",
            View::Mistakes => "mistakes",
            View::Cases => "cases",
            View::Evaluation => "evaluation",
            View::Studies => "studies",
            View::Try => "try",
            View::Code => "code",
        }
    }

    /// Returns the name on the page.
    pub fn name(self) -> &'static str {
        match self {
            View::Experiment => "Experiment",
            View::Step => "Step",
            View::Live => "Live",
            View::Curves => "Curves",
            View::Layers => "Layers",
            View::Why => "Why",
            View::Mistakes => "Mistakes",
            View::Cases => "Cases",
            View::Evaluation => "Evaluation",
            View::Studies => "Studies",
            View::Try => "Try",
            View::Code => "Code",
        }
    }

    /// Parses the views of a link, such as `curves,layers`, for a lab.
    ///
    /// # Errors
    ///
    /// Returns the rule that the text breaks.
    pub fn parse_list(text: &str, lab: Lab) -> Result<Vec<View>, String> {
        let find = |slug: &str| {
            let mut all = View::of(lab).iter().copied().chain([View::Experiment]);
            all.find(|view| view.slug() == slug.trim())
        };
        let views: Option<Vec<View>> = text.split(',').map(find).collect();
        match views {
            Some(views) if views.len() == 1 => Ok(views),
            Some(views) if views.len() == MAX_VIEWS && views[0] != views[1] => Ok(views),
            _ => {
                let names = View::of(lab).iter().map(|view| view.slug());
                let names: Vec<&str> = names.chain([View::Experiment.slug()]).collect();
                Err(format!("it is one or two of {} here.", names.join(", ")))
            }
        }
    }

    /// Returns the text that [`View::parse_list`] parses.
    pub fn list_text(views: &[View]) -> String {
        let slugs: Vec<&str> = views.iter().map(|view| view.slug()).collect();
        slugs.join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_has_a_name_in_links() {
        for lab in [Lab::Classify, Lab::Segment] {
            for view in View::of(lab) {
                assert_eq!(View::parse_list(view.slug(), lab), Ok(vec![*view]));
                assert!(view.is_in(lab));
            }
        }
        let two = vec![View::Curves, View::Layers];
        assert_eq!(View::parse_list(&View::list_text(&two), Lab::Segment), Ok(two));
    }

    #[test]
    fn what_is_no_view_of_the_lab_is_refused() {
        for wrong in ["", "stepp", "live", "curves,curves", "step,curves,layers", "curves,"] {
            assert!(View::parse_list(wrong, Lab::Classify).is_err(), "{wrong}");
        }
        assert_eq!(
            View::parse_list("step", Lab::Segment).unwrap_err(),
            "it is one or two of live, curves, layers, why, cases, try, code, experiment here."
        );
    }

    #[test]
    fn each_view_has_a_place_in_the_other_lab() {
        for (from, to) in [(Lab::Classify, Lab::Segment), (Lab::Segment, Lab::Classify)] {
            for view in View::of(from) {
                assert!(view.in_lab(to).is_in(to), "{view:?}");
            }
        }
        assert_eq!(View::Experiment.in_lab(Lab::Segment), View::Experiment);
    }
}
