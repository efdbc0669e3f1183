/** The languages there are. English is in the bundle, since it also serves where another table has a gap. */
import english from "words:en";

import { Words, type Findings, type Table, type Texts } from "./words.ts";

type Loading<T> = () => Promise<{ default: T }>;

const OTHERS: Record<string, Loading<Table>> = {
  "zh-Hans": () => import("words:zh-Hans"),
  de: () => import("words:de"),
  fr: () => import("words:fr"),
  es: () => import("words:es"),
  ar: () => import("words:ar"),
};

/** What can be wrong with a label: loaded with the first one that has something. */
const FINDINGS: Record<string, Loading<Findings>> = {
  en: () => import("findings:en"),
  "zh-Hans": () => import("findings:zh-Hans"),
  de: () => import("findings:de"),
  fr: () => import("findings:fr"),
  es: () => import("findings:es"),
  ar: () => import("findings:ar"),
};

/** The words of what is loaded when it is first wanted. */
const LATER: Record<string, Loading<Texts>> = {
  en: () => import("later:en"),
  "zh-Hans": () => import("later:zh-Hans"),
  de: () => import("later:de"),
  fr: () => import("later:fr"),
  es: () => import("later:es"),
  ar: () => import("later:ar"),
};

/** Language tags with their own names. */
export const LANGUAGES: Record<string, string> = {
  en: "English", "zh-Hans": "简体中文", de: "Deutsch", fr: "Français", es: "Español", ar: "العربية",
};

/** The best of our languages for the person's preferences, most wanted first. */
export function chooseLanguage(wanted: readonly string[]): string {
  for (const tag of wanted) {
    const match = ours(tag);
    if (match !== undefined) return match;
  }
  return "en";
}

/** A tag that is none (`lang="en_US"`, say) names no language. Traditional Chinese has no words here. */
function ours(tag: string): string | undefined {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return Object.keys(LANGUAGES).find((own) => {
      const locale = new Intl.Locale(own).maximize();
      return locale.language === language && locale.script === script;
    });
  } catch {
    return undefined;
  }
}

/** A language whose table cannot be loaded reads in English. */
export async function loadWords(language: string): Promise<Words> {
  const table = (await OTHERS[language]?.().catch(() => undefined))?.default ?? english;
  return new Words(table, english, loadFindings);
}

/** The clauses for the specialist are read in English where a language has none. */
async function loadFindings(language: string): Promise<Findings | undefined> {
  const own = (await FINDINGS[language]?.().catch(() => undefined))?.default;
  if (own !== undefined && Object.keys(own.rules).length > 0) return own;
  const others = (await FINDINGS["en"]?.().catch(() => undefined))?.default;
  return { texts: own?.texts ?? others?.texts ?? {}, rules: others?.rules ?? {} };
}

/** The words of sessions, history and sheets too: call it before showing one. Fails where they cannot be loaded. */
export async function addLaterWords(words: Words): Promise<void> {
  words.add((await LATER[words.language]?.())?.default ?? {});
}
