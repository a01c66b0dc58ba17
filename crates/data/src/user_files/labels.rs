//! Labels of masks, and the classes of the data set.

use super::error::UserFileError;

/// Returns the labels if all of them are classes. With two classes, the second one may be written
/// as 255, as drawing programs do.
pub fn check_labels(
    name: &str,
    mut labels: Vec<u8>,
    classes: &[String],
) -> Result<Vec<u8>, UserFileError> {
    if classes.len() == 2 && labels.iter().all(|label| [0, 255].contains(label)) {
        labels.iter_mut().for_each(|label| *label = (*label).min(1));
    } else if let Some(label) = labels.iter().find(|label| usize::from(**label) >= classes.len()) {
        let known: Vec<String> =
            classes.iter().enumerate().map(|(label, name)| format!("{label} {name}")).collect();
        let known = known.join(", ");
        return Err(UserFileError::new(
            name,
            format!("the mask has the label {label}; the classes are {known}. Relabel the mask."),
        ));
    }
    Ok(labels)
}
