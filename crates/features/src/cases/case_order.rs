//! Order of the test cases in the table.

use protocol::CaseScore;
use ui::sort_by_score::sort_by_score;

/// Returns the indices of the cases sorted by mean Dice, worst or best first. Cases without a score
/// come last in both orders, and equal ones keep their order.
pub fn case_order(cases: &[CaseScore], worst_first: bool) -> Vec<usize> {
    let scores: Vec<Option<f64>> = cases.iter().map(CaseScore::mean_dice).collect();
    sort_by_score(&scores, worst_first)
}

#[cfg(test)]
mod tests {
    use protocol::CaseClassScore;

    use super::*;

    #[test]
    fn the_worst_comes_first_and_what_has_no_score_last() {
        let case = |dice| CaseScore {
            case: String::new(),
            slices: vec![],
            classes: vec![CaseClassScore {
                dice,
                hausdorff95_mm: None,
                slices_in_both: 0,
                slices_in_either: 0,
                predicted_ml: 0.0,
                true_ml: 0.0,
                volume_error_ml: 0.0,
            }],
        };
        let cases = [Some(0.5), None, Some(0.1), Some(0.5), Some(0.9)].map(case);
        assert_eq!(case_order(&cases, true), [2, 0, 3, 4, 1]);
        assert_eq!(case_order(&cases, false), [4, 0, 3, 2, 1]);
        assert_eq!(case_order(&[], true), [0; 0]);
    }
}
