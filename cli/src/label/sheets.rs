//! Labels → files: a file a label or a sheet, pages of a PDF, one ZPL stream.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;

use super::layout::{Grid, Label, Page};
use super::pdf::Document;
use super::raster::{Dots, Raster};
use super::svg::svg;
use super::zpl::zpl;
use crate::failure::{Exit, Failure, OrFail};
use crate::publish::write_atomically;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Scalable, a file a label or sheet.
    Svg,
    /// Dots of the resolution asked for, which the file states; a file a label or sheet.
    Png,
    /// Scalable, many pages a file.
    Pdf,
    /// For label printers: every label a job, all in one file.
    Zpl,
}

/// Pages of one PDF: it is kept in memory until it is written.
const PDF_PAGES: usize = 200;

/// A label as scalable formats draw it, and as a printer's dots do: modules are whole numbers of dots there.
pub(crate) struct Drawn {
    /// At the module size asked for.
    pub(crate) exact: Label,
    /// At the nearest that is a whole number of dots.
    pub(crate) dotted: Label,
}

/// Where a label went, for the list of what was drawn.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Whereabouts {
    #[serde(skip_serializing_if = "Option::is_none")]
    svg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    png: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pdf: Option<String>,
    /// The page of the PDF, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zpl: Option<String>,
}

/// The files under way.
pub(crate) struct Sheets {
    folder: PathBuf,
    formats: Vec<Format>,
    dots: Dots,
    /// `None`: every label is a page of its own.
    grid: Option<Grid>,
    waiting: Vec<Drawn>,
    pages: usize,
    pdf: Option<Document>,
    pdfs: usize,
    zpl: Option<BufWriter<File>>,
}

impl Sheets {
    /// Files in `folder`, which is made.
    pub(crate) fn new(
        folder: &Path,
        formats: &[Format],
        dots: Dots,
        grid: Option<Grid>,
    ) -> Result<Self, Failure> {
        let doing = || format!("cannot write to {}", folder.display());
        fs::create_dir_all(folder).or_fail(Exit::System, doing)?;
        let zpl = match formats.contains(&Format::Zpl) {
            true => Some(BufWriter::new(
                File::create(folder.join("labels.zpl.partial")).or_fail(Exit::System, doing)?,
            )),
            false => None,
        };
        Ok(Self {
            folder: folder.to_owned(),
            formats: formats.to_vec(),
            dots,
            grid,
            waiting: Vec::new(),
            pages: 0,
            pdf: None,
            pdfs: 0,
            zpl,
        })
    }

    /// Takes a label and its picture in dots; says in which files it will be.
    pub(crate) fn add(&mut self, drawn: Drawn, raster: &Raster) -> Result<Whereabouts, Failure> {
        if let Some(file) = &mut self.zpl {
            file.write_all(zpl(raster).as_bytes()).or_fail(Exit::System, || "cannot write labels.zpl")?;
        }
        self.waiting.push(drawn);
        let stem = self.stem(self.pages + 1);
        let named = |format, name: String| self.formats.contains(&format).then_some(name);
        let page_of_pdf = self.pdf.as_ref().map_or(0, Document::len) + 1;
        let whereabouts = Whereabouts {
            svg: named(Format::Svg, format!("{stem}.svg")),
            png: named(Format::Png, format!("{stem}.png")),
            pdf: named(Format::Pdf, pdf_name(self.pdfs + 1)),
            page: self.formats.contains(&Format::Pdf).then_some(page_of_pdf),
            zpl: named(Format::Zpl, "labels.zpl".to_owned()),
        };
        if self.waiting.len() == self.grid.map_or(1, |grid| grid.capacity()) {
            self.write_page()?;
        }
        Ok(whereabouts)
    }

    /// Writes what is not full.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        if !self.waiting.is_empty() {
            self.write_page()?;
        }
        self.write_pdf()?;
        if let Some(mut file) = self.zpl.take() {
            let doing = || "cannot write labels.zpl";
            file.flush().or_fail(Exit::System, doing)?;
            file.get_ref().sync_all().or_fail(Exit::System, doing)?;
            fs::rename(self.folder.join("labels.zpl.partial"), self.folder.join("labels.zpl"))
                .or_fail(Exit::System, doing)?;
        }
        Ok(())
    }

    fn stem(&self, page: usize) -> String {
        if self.grid.is_some() { format!("sheet-{page:04}") } else { format!("{page:06}") }
    }

    fn write_page(&mut self) -> Result<(), Failure> {
        let (exact, dotted) =
            self.waiting.drain(..).map(|drawn| (drawn.exact, drawn.dotted)).unzip::<_, _, Vec<_>, Vec<_>>();
        self.pages += 1;
        let stem = self.folder.join(self.stem(self.pages));
        let page = |labels: Vec<Label>| match self.grid {
            Some(grid) => Some(grid.page(labels)),
            None => labels.into_iter().next().map(Page::of),
        };
        let (Some(exact), Some(dotted)) = (page(exact), page(dotted)) else { return Ok(()) };
        if self.formats.contains(&Format::Svg) {
            write(&stem.with_extension("svg"), svg(&exact).as_bytes())?;
        }
        if self.formats.contains(&Format::Png) {
            let png = Raster::of(&dotted, self.dots).png(self.dots);
            write(&stem.with_extension("png"), &png.or_fail(Exit::System, || "cannot encode PNG")?)?;
        }
        if self.formats.contains(&Format::Pdf) {
            let pdf = self.pdf.get_or_insert_with(Document::new);
            pdf.add(&exact);
            if pdf.len() == PDF_PAGES {
                self.write_pdf()?;
            }
        }
        Ok(())
    }

    fn write_pdf(&mut self) -> Result<(), Failure> {
        let Some(pdf) = self.pdf.take() else { return Ok(()) };
        self.pdfs += 1;
        write_atomically(&self.folder.join(pdf_name(self.pdfs)), &pdf.finish())
    }
}

fn pdf_name(number: usize) -> String {
    format!("labels-{number:04}.pdf")
}

/// Writes a file or, where the disk is full, none.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).or_fail(Exit::System, || {
        // Whatever became of it, half a label is worse than none.
        let _ = fs::remove_file(path);
        format!("cannot write {}", path.display())
    })
}
