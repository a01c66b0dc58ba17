//! A program in sections, whose lines know their layer.

use std::ops::Range;

use model::Split;
use thiserror::Error;

/// Programming language of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Python, with PyTorch.
    Python,
    /// Rust, with burn.
    Rust,
}

impl Language {
    /// Returns the name of the library.
    pub fn library(self) -> &'static str {
        match self {
            Language::Python => "PyTorch",
            Language::Rust => "burn",
        }
    }

    /// Returns the mark before a comment.
    pub fn comment(self) -> &'static str {
        match self {
            Language::Python => "#",
            Language::Rust => "//",
        }
    }

    /// Returns the end of a file's name, without the dot.
    pub fn file_extension(self) -> &'static str {
        match self {
            Language::Python => "py",
            Language::Rust => "rs",
        }
    }
}

/// A line of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The text, without line break.
    pub text: String,
    /// Index in [`model::graph::Graph::layers`] of the layer that the line defines or computes.
    pub layer: Option<usize>,
}

impl Line {
    /// Creates a line that belongs to no layer.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), layer: None }
    }
}

/// A section of a program: a cell of a notebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Title, in one or two words.
    pub title: &'static str,
    /// What the section does, in lines of prose.
    pub prose: Vec<String>,
    /// The code.
    pub code: Vec<Line>,
}

/// Part of a configuration that a program does not cover, or not exactly.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unsupported {
    /// The program reads no file of weights.
    #[error(
        "This program starts from the first weights of the page and cannot open a file of weights. To \
         go on from saved weights, use the PyTorch program."
    )]
    WeightsFile,
    /// On the page, the encoder starts from a classifier.
    #[error(
        "On the page, the encoder of this run starts from a classifier. This program draws all first \
         weights from the seed. To start from a classifier, use the PyTorch program."
    )]
    Encoder,
    /// The program changes no images.
    #[error(
        "The page changes the training images at random. This program trains on the images as they \
         are. For data augmentation, use the PyTorch program."
    )]
    Augmentation,
}

/// A program that trains and evaluates a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Language of the code.
    pub language: Language,
    /// Title, without markup.
    pub title: String,
    /// How to run the program, in lines of prose.
    pub usage: Vec<String>,
    /// The sections in the order in which they run.
    pub sections: Vec<Section>,
    /// Parts of the configuration that the program does not cover. Each is also told in
    /// [`Self::usage`].
    pub unsupported: Vec<Unsupported>,
}

impl Program {
    /// Returns the program with evaluation on this split of the data set, which names a folder and
    /// variables. Without this, it is the test set.
    #[must_use]
    pub fn evaluated_on(mut self, split: Split) -> Self {
        if split != Split::Test {
            for section in &mut self.sections {
                for prose in &mut section.prose {
                    *prose = split.say(prose);
                }
                for line in &mut section.code {
                    line.text = split.say(&line.text);
                }
            }
        }
        self
    }

    /// Returns the lines of the program.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = self.head();
        for section in &self.sections {
            lines.extend(self.section_head(section));
            lines.extend(section.code.iter().cloned());
        }
        lines
    }

    /// Returns the number of lines before the first section.
    pub fn head_len(&self) -> usize {
        self.head().len()
    }

    /// Returns the range of lines, counted from 0, that the code of each section takes.
    pub fn code_ranges(&self) -> Vec<Range<usize>> {
        let mut end = self.head_len();
        let ranges = self.sections.iter().map(|section| {
            let start = end + self.section_head(section).len();
            end = start + section.code.len();
            start..end
        });
        ranges.collect()
    }

    /// Returns the lines with title and usage.
    fn head(&self) -> Vec<Line> {
        let text = [self.title.as_str(), ""].into_iter();
        let text = text.chain(self.usage.iter().map(String::as_str));
        match self.language {
            Language::Python => {
                let mut lines: Vec<_> = text.map(Line::new).collect();
                lines[0].text.insert_str(0, "\"\"\"");
                lines.push(Line::new("\"\"\""));
                lines
            }
            Language::Rust => {
                text.map(|line| Line::new(format!("//! {line}").trim_end().to_owned())).collect()
            }
        }
    }

    /// Returns the lines with title and prose of a section.
    fn section_head(&self, section: &Section) -> Vec<Line> {
        let comment = self.language.comment();
        let mut lines = ["", ""].map(Line::new).to_vec();
        lines.push(Line::new(format!("{comment} ---- {} ----", section.title)));
        lines.extend(section.prose.iter().map(|line| Line::new(format!("{comment} {line}"))));
        lines.push(Line::new(""));
        lines
    }

    /// Returns the text of the program, with a line break after each line.
    pub fn text(&self) -> String {
        self.lines().into_iter().map(|line| line.text + "\n").collect()
    }

    /// Returns the ranges of lines, counted from 0, that define or compute a layer of the graph.
    pub fn lines_of_layer(&self, layer: usize) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for (number, line) in self.lines().iter().enumerate() {
            if line.layer != Some(layer) {
                continue;
            }
            match ranges.last_mut() {
                Some(last) if last.end == number => last.end += 1,
                _ => ranges.push(number..number + 1),
            }
        }
        ranges
    }

    /// Returns the layer that a line, counted from 0, defines or computes.
    pub fn layer_of_line(&self, line: usize) -> Option<usize> {
        self.lines().get(line)?.layer
    }
}
