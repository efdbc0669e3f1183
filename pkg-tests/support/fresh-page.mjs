// A page with nothing stored, and a worker whose script a test may change.

/** Runs `use` with a page of its own, at an address for which nothing is stored. The context must block service workers. */
export async function withFreshPage(context, server, use) {
  const page = await context.newPage();
  await page.goto(`${server.url}manifest.webmanifest`);
  await page.evaluate(async () => {
    localStorage.clear();
    for (const { name } of await indexedDB.databases()) await new Promise((resolve) => (indexedDB.deleteDatabase(name).onsuccess = resolve));
  });
  try {
    await use(page);
  } finally {
    await page.close();
  }
}

/** From now on the worker's script has `before` before it. */
export function changeWorker(page, before) {
  return page.route("**/assets/worker-*.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${before}\n${await response.text()}` });
  });
}

/** For `changeWorker`: the worker's clock goes so many days ahead. */
export function clockAhead(days) {
  return `{
    const Real = Date;
    const ahead = ${days * 86_400_000};
    self.Date = class extends Real {
      constructor(...given) {
        if (given.length === 0) super(Real.now() + ahead);
        else super(...given);
      }
      static now() {
        return Real.now() + ahead;
      }
    };
  }`;
}
