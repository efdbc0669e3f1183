/** The languages there are. English is in the bundle, since it also serves where another table has a gap. */
import english from "words:en";

import { Words, type Table } from "./words.ts";

const OTHERS: Record<string, () => Promise<{ default: Table }>> = {
  "zh-Hans": () => import("words:zh-Hans"),
};

/** Language tags with their own names. */
export const LANGUAGES: Record<string, string> = { en: "English", "zh-Hans": "简体中文" };

/** The best of our languages for the person's preferences, most wanted first. */
export function chooseLanguage(wanted: readonly string[]): string {
  for (const tag of wanted) {
    const { language } = new Intl.Locale(tag);
    const match = Object.keys(LANGUAGES).find((ours) => new Intl.Locale(ours).language === language);
    if (match !== undefined) return match;
  }
  return "en";
}

/** A language whose table cannot be loaded reads in English. */
export async function loadWords(language: string): Promise<Words> {
  try {
    const table = (await OTHERS[language]?.())?.default ?? english;
    return new Words(table, english);
  } catch {
    return new Words(english, english);
  }
}
