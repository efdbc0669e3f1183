import { UdiVerifyError } from "./errors.ts";
import type { Now } from "./types.ts";

/** The moment and the calendar day a question is asked at. */
export interface Moment {
  ms: number;
  /** ISO date: the day the asker's calendar shows. */
  today: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads `now`; without one, the clock. */
export function moment(now: Now = new Date()): Moment {
  if (typeof now === "string" && DAY.test(now)) {
    return { ms: checked(Date.parse(`${now}T12:00:00Z`), now), today: now };
  }
  const date = now instanceof Date ? now : new Date(now);
  const ms = checked(date.getTime(), now);
  return { ms, today: calendarDay(date) };
}

function calendarDay(date: Date): string {
  const pad = (value: number, length: number) => String(value).padStart(length, "0");
  return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`;
}

function checked(ms: number, now: Now): number {
  if (Number.isFinite(ms)) return ms;
  throw new UdiVerifyError("now", `now is not a date: ${String(now)}`);
}
