//! Names, limitations and color ranges of the attribution methods.

use protocol::interpret::{AttributionMethod, Explanation};
use ui::format;

use crate::heatmap_overlay::HeatmapRange;

/// Returns the name under which the glossary explains a method.
pub fn name(method: AttributionMethod) -> &'static str {
    match method {
        AttributionMethod::GradCam => "Grad-CAM",
        AttributionMethod::HiResCam => "HiResCAM",
        AttributionMethod::InputGradient => "input × gradient",
        AttributionMethod::IntegratedGradients => "integrated gradients",
        AttributionMethod::Occlusion => "occlusion",
    }
}

/// Returns the name of a method as a title.
pub fn title(method: AttributionMethod) -> &'static str {
    match method {
        AttributionMethod::GradCam => "Grad-CAM",
        AttributionMethod::HiResCam => "HiResCAM",
        AttributionMethod::InputGradient => "Input × gradient",
        AttributionMethod::IntegratedGradients => "Integrated gradients",
        AttributionMethod::Occlusion => "Occlusion",
    }
}

/// Describes what a method's map shows and what it misses.
pub fn meaning(method: AttributionMethod) -> &'static str {
    match method {
        AttributionMethod::GradCam => {
            "Shows roughly where the last feature maps are evidence for the class, but gives each map \
             a single weight and may miss evidence at single positions."
        }
        AttributionMethod::HiResCam => {
            "Shows where the last feature maps are evidence for the class, with a weight for each \
             position, but no details finer than those maps."
        }
        AttributionMethod::InputGradient => {
            "Shows which pixels would change the logit if they were scaled a little, but not the \
             effect of a larger change."
        }
        AttributionMethod::IntegratedGradients => {
            "Divides the difference to the logit of a black image among the pixels, but black pixels \
             get 0, even where they are evidence."
        }
        AttributionMethod::Occlusion => {
            "Shows where covering a square lowers the logit, but misses evidence that is present \
             twice, and no training image had a covered square."
        }
    }
}

/// Returns the range of values of a method.
pub fn range(method: AttributionMethod) -> HeatmapRange {
    match method {
        AttributionMethod::GradCam | AttributionMethod::HiResCam => HeatmapRange::Positive,
        _ => HeatmapRange::Signed,
    }
}

/// Compares the sum of integrated gradients with the difference of the logits, for example “adds up
/// to 4.21 of 4.22”. Uses more decimals if the logits hardly differ, as in an untrained network.
pub fn completeness([sum, difference]: [f32; 2]) -> String {
    let leading = difference.abs().max(f32::MIN_POSITIVE).log10().floor();
    let decimals = (1.0 - leading).clamp(2.0, 8.0) as usize;
    let number = |value: f32| match value.is_finite() {
        true => format!("{value:.decimals$}").replace('-', "−"),
        false => "no number".to_owned(),
    };
    format!("The map adds up to {} of {}.", number(sum), number(difference))
}

/// Describes the similarity between the map of the network with randomized weights and that of the
/// trained one. Returns `None` without randomization.
pub fn agreement(explanation: &Explanation, method: AttributionMethod) -> Option<String> {
    if !explanation.randomized {
        return None;
    }
    let place = AttributionMethod::ALL.iter().position(|other| *other == method)?;
    let said = match explanation.agreement.get(place).copied().flatten() {
        Some(rank) if rank.is_finite() => format::logit(rank).trim_start_matches('+').to_owned(),
        _ => "–".to_owned(),
    };
    Some(format!("Agreement with the trained network: {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_has_a_title_and_one_sentence() {
        for method in AttributionMethod::ALL {
            assert_eq!(title(method).to_lowercase(), name(method).to_lowercase());
            let meaning = meaning(method);
            assert_eq!(meaning.matches('.').count(), 1, "{meaning}");
            assert!(meaning.ends_with('.') && !meaning.contains("  "), "{meaning}");
        }
    }

    #[test]
    fn sums_and_agreements_have_proper_signs() {
        assert_eq!(completeness([4.207, 4.223]), "The map adds up to 4.21 of 4.22.");
        assert_eq!(completeness([-0.5, -0.25]), "The map adds up to −0.50 of −0.25.");
        assert_eq!(completeness([0.003_14, 0.003_12]), "The map adds up to 0.0031 of 0.0031.");
        assert_eq!(completeness([f32::NAN, 1.0]), "The map adds up to no number of 1.00.");
        let mut explanation = Explanation {
            class: 0,
            probabilities: vec![1.0],
            attributions: Vec::new(),
            completeness: [0.0; 2],
            randomized: true,
            agreement: vec![Some(0.931), Some(-0.2), None, None, Some(f32::NAN)],
        };
        let said = |explanation: &Explanation, method| agreement(explanation, method).unwrap();
        assert!(said(&explanation, AttributionMethod::GradCam).ends_with("network: 0.93"));
        assert!(said(&explanation, AttributionMethod::HiResCam).ends_with("network: −0.20"));
        assert!(said(&explanation, AttributionMethod::InputGradient).ends_with("network: –"));
        assert!(said(&explanation, AttributionMethod::Occlusion).ends_with("network: –"));
        explanation.randomized = false;
        assert_eq!(agreement(&explanation, AttributionMethod::GradCam), None);
    }
}
