//! Kinds of files without an image, and of images that are not a picture of a slice, by their SOP
//! class (DICOM PS3.4, annex B; names as in PS3.6, table A-1).

use dicom_dictionary_std::uids;

use crate::DicomError;

/// The list of files of a medium.
pub const DICOMDIR: &str = "a DICOMDIR, the list of files of a medium (Media Storage Directory)";

const WITHOUT_IMAGE: &[(&str, &str)] = &[
    (uids::MEDIA_STORAGE_DIRECTORY_STORAGE, DICOMDIR),
    (uids::BASIC_TEXT_SR_STORAGE, "a structured report (Basic Text SR)"),
    (uids::ENHANCED_SR_STORAGE, "a structured report (Enhanced SR)"),
    (uids::COMPREHENSIVE_SR_STORAGE, "a structured report (Comprehensive SR)"),
    (uids::COMPREHENSIVE3_DSR_STORAGE, "a structured report (Comprehensive 3D SR)"),
    (uids::X_RAY_RADIATION_DOSE_SR_STORAGE, "a dose report (X-Ray Radiation Dose SR)"),
    (uids::MAMMOGRAPHY_CADSR_STORAGE, "a structured report (Mammography CAD SR)"),
    (uids::CHEST_CADSR_STORAGE, "a structured report (Chest CAD SR)"),
    (uids::KEY_OBJECT_SELECTION_DOCUMENT_STORAGE, "a list of images (Key Object Selection)"),
    (uids::RT_STRUCTURE_SET_STORAGE, "a set of contours (RT Structure Set)"),
    (uids::RT_PLAN_STORAGE, "a treatment plan (RT Plan)"),
    (uids::RT_ION_PLAN_STORAGE, "a treatment plan (RT Ion Plan)"),
    (uids::GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE, "a presentation state (GSPS)"),
    (uids::COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE, "a presentation state (Color Softcopy)"),
    (uids::SPATIAL_REGISTRATION_STORAGE, "a registration (Spatial Registration)"),
    (
        uids::DEFORMABLE_SPATIAL_REGISTRATION_STORAGE,
        "a registration (Deformable Spatial Registration)",
    ),
    (uids::SURFACE_SEGMENTATION_STORAGE, "a surface (Surface Segmentation)"),
    (uids::TRACTOGRAPHY_RESULTS_STORAGE, "a set of tracts (Tractography Results)"),
    (uids::ENCAPSULATED_PDF_STORAGE, "a PDF document (Encapsulated PDF)"),
    (uids::ENCAPSULATED_CDA_STORAGE, "a document (Encapsulated CDA)"),
    (uids::ENCAPSULATED_STL_STORAGE, "a surface (Encapsulated STL)"),
    (uids::TWELVE_LEAD_ECG_WAVEFORM_STORAGE, "an ECG (12-lead ECG Waveform)"),
    (uids::GENERAL_ECG_WAVEFORM_STORAGE, "an ECG (General ECG Waveform)"),
    (uids::HEMODYNAMIC_WAVEFORM_STORAGE, "a recording (Hemodynamic Waveform)"),
    (uids::MR_SPECTROSCOPY_STORAGE, "a spectrum (MR Spectroscopy)"),
    (uids::RAW_DATA_STORAGE, "raw data (Raw Data)"),
    (uids::PARAMETRIC_MAP_STORAGE, "a map of floating-point numbers (Parametric Map)"),
];

const NOT_CONVERTED: &[(&str, &str)] = &[
    (uids::SEGMENTATION_STORAGE, "a set of masks (Segmentation)"),
    (uids::LABEL_MAP_SEGMENTATION_STORAGE, "a mask (Label Map Segmentation)"),
    (
        uids::VL_WHOLE_SLIDE_MICROSCOPY_IMAGE_STORAGE,
        "the tiles of a slide (VL Whole Slide Microscopy Image)",
    ),
];

fn find(table: &[(&str, &'static str)], uid: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| uid == *known).map(|(_, kind)| *kind)
}

/// Returns the error for a file that has no pixels.
pub fn no_image(uid: &str) -> DicomError {
    let kind = find(WITHOUT_IMAGE, uid).or_else(|| find(NOT_CONVERTED, uid));
    DicomError::NoImage(kind.unwrap_or("of a kind without pixels"))
}

/// Returns what a file is if it has pixels but is not converted.
pub fn not_converted(uid: &str) -> Option<&'static str> {
    find(NOT_CONVERTED, uid)
}
