/** A single check, kept outside a session for as long as the person has chosen. */
import type { VerdictDetail } from "udi-verify/element";

import { preferences } from "../shell/preferences.ts";
import { recordOf } from "./records.ts";
import { addScan, dropOld } from "./work-store.ts";

export async function keepCheck({ verdict, key }: VerdictDetail): Promise<void> {
  const record = preferences().retentionDays === 0 ? undefined : recordOf(verdict, key, null);
  if (record !== undefined) await addScan(record);
}

/** What is past its retention goes at every start, whether or not anybody looks at the history. */
export function dropOldChecks(): Promise<void> {
  return dropOld(preferences().retentionDays);
}
