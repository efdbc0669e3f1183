/** The languages of the app, as their files are named. */
export const LANGUAGES = ["en", "zh-Hans", "de", "fr", "es", "ar"];
