/**
 * The public types, written by hand. The wasm core returns plain objects of these shapes; shared vectors
 * under `tests/vectors/verdict/` hold both sides to them.
 */

/** A place in an image, in pixels from its top left corner. */
export interface Point {
  x: number;
  y: number;
}

/** Barcode symbologies by their common names. */
export type Format =
  | "Aztec" | "Codabar" | "Code39" | "Code93" | "Code128" | "DataBar" | "DataBarExpanded" | "DataMatrix"
  | "EAN8" | "EAN13" | "ITF" | "MicroQRCode" | "PDF417" | "QRCode" | "UPCA" | "UPCE";

/** One barcode as read. `bytes` is the evidence; `text` is for people. */
export interface Symbol {
  format: Format;
  /** AIM symbology identifier, ISO/IEC 15424, as in `]d2`. */
  symbologyIdentifier: string;
  /** The message: control characters kept, inner FNC1 as 0x1D. */
  bytes: Uint8Array;
  text: string;
  /** Top left, top right, bottom right, bottom left as the symbol is read. */
  corners: [Point, Point, Point, Point];
}

/** Pixels: `data` is luma (`width × height` bytes) or RGBA (four times that), told by its length. */
export interface Image {
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
}

export interface DecodeOptions {
  /** Return at most this many symbols. Default 128. */
  maxSymbols?: number;
  /** Spend more time on hard images. Default true. */
  tryHarder?: boolean;
  /** Milliseconds after which no further part of the image is begun; what was read until then is returned. */
  budgetMs?: number;
  /** Places to look at first; if each of them holds a symbol, the rest of the image is not looked at. */
  lookFirst?: Bounds[];
}

/** Left, top, right, bottom, in pixels of the image. */
export type Bounds = [left: number, top: number, right: number, bottom: number];

/** What hinders reading, measured where a symbol seems to be; rough, as nothing was read to hold it to. */
export interface Guidance {
  /** What to do, the most urgent first. Words are looked up by it, as by any code. */
  code: "guide_whole" | "guide_glare" | "guide_light" | "guide_farther" | "guide_closer" | "guide_hold_still";
  /** What the symbol seems to be made of. */
  kind: "matrix" | "linear";
  bounds: Bounds;
  /** Pixels a module, of a linear symbol its narrowest bar. */
  modulePixels: number;
  /** Grey levels between dark and light, 0 to 255. */
  contrast: number;
  /** Standard deviation of the blur, in pixels. */
  blur: number;
  /** Share of the place that is washed out, 0 to 1. */
  glare: number;
}

/** What an image gave. */
export interface Reading {
  symbols: Symbol[];
  /** Null where something was read, and where nothing looks like a symbol. */
  guidance: Guidance | null;
}

/** What one picture of a video gave. */
export interface Tracked extends Reading {
  /** Those of `symbols` that no picture before has reported. */
  fresh: Symbol[];
}

/** A scan: text as a scanner sent it (a leading `]cm` is understood), raw bytes, or a decoded symbol. */
export type Scan = string | Uint8Array | Pick<Symbol, "bytes" | "symbologyIdentifier">;

/** The moment the question is asked at. A `YYYY-MM-DD` string is that day, at noon UTC. Default: the clock. */
export type Now = Date | number | string;

export type Agency = "GS1" | "HIBCC" | "ICCBBA" | "IFA" | "MA" | "AHM";
export type Severity = "info" | "warning" | "repair" | "error";

/** Half-open range of characters of the scan. */
export type Span = [start: number, end: number];

/** One problem or remark about a label; words are looked up by `code`. */
export interface Finding {
  code: string;
  severity: Severity;
  span: Span | null;
  params: Record<string, string>;
  /** Which of `Udi.sources` the span counts in. */
  source?: number;
}

/** A date as the label gives it. */
export interface LabelDate {
  original: string;
  format: string;
  /** ISO date. */
  date: string;
  precision: "month" | "day" | "time";
}

/** One data element in the order scanned. */
export interface Element {
  id: string;
  title?: string | null;
  value: string;
  span: Span;
  /** Which of `Udi.sources` the span counts in. */
  source?: number;
}

/** A scan a reading was made from. */
export interface Source {
  symbologyIdentifier: string | null;
  text: string;
}

/** What a label says, the same for every agency. */
export interface Udi {
  agency: Agency | null;
  valid: boolean;
  di: string | null;
  diAsPrinted: string | null;
  serial: string | null;
  lot: string | null;
  /** ISO date. */
  expiry: string | null;
  /** ISO date. */
  manufactured: string | null;
  expiryDetail: LabelDate | null;
  manufacturedDetail: LabelDate | null;
  donationId: string | null;
  softwareVersion: string | null;
  quantity: number | null;
  elements: Element[];
  findings: Finding[];
  /** Other readings of the same characters that cannot be ruled out. */
  alternatives: Udi[];
  /** The scans this was read from. */
  sources: Source[];
}

export type Headline =
  | "recalled" | "altered" | "used_or_stolen" | "expired" | "hold"
  | "cannot_check_recalls" | "signed_no_recall" | "unsigned_no_recall";

/** A line of a verdict: a code and the facts for its words. */
export interface Line {
  code: string;
  params: Record<string, string>;
}

export interface RecallHit {
  /** The authority's own number of the recall. */
  id: string;
  /** Who published it. */
  authority: string;
  /** The authority's class in its own words; empty where it gives none. */
  class: string;
  action: "do_not_use" | "return" | "destroy" | "correct" | "inspect" | "read_notice";
  /** Why, in the notice's words. */
  reason: string;
  /** Link to the notice. */
  source: string;
  sourceDate: string;
  certainty: "exact" | "possible" | "cannot_tell";
  /** What keeps it from being exact, as codes. */
  because: string[];
  /** The fields the rule names units by, beside the product; empty where it names every unit of it. */
  namedBy: ("lot" | "serial" | "manufactured" | "expiry")[];
}

/** A statement about one device: what was read, what was checked, and what was not. */
export interface Verdict {
  headline: Headline;
  /** The deciding reason of the headline; null where nothing was found and the whole label was read. */
  reason: Line | null;
  udi: Udi;
  signature: {
    state: "verified" | "absent" | "invalid" | "unknown_key" | "key_withdrawn";
    issuer: string | null;
    keyHint: string | null;
    carrier: "ai" | "digital_link" | "companion" | "detached" | null;
    covered: string[];
    uncovered: string[];
  };
  recall: {
    state: "hit" | "possible" | "none" | "cannot_tell" | "unknown";
    hits: RecallHit[];
  };
  unitStatus: {
    state: "flagged" | "not_flagged" | "not_available";
    status: "recalled" | "quarantined" | "used" | "stolen" | "destroyed" | null;
  };
  seen: { state: string };
  expiry: { state: "expired" | "not_expired" | "not_stated" | "unreadable"; date: string | null };
  asOf: {
    source: string | null;
    snapshot: string | null;
    sync: string | null;
    oldest: string | null;
    freshness: Freshness;
  };
  established: Line[];
  notEstablished: Line[];
}

export type Freshness = "fresh" | "soft_stale" | "hard_stale" | "none";
