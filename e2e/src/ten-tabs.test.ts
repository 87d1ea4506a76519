import { people } from '@megdocs/fixtures';
import { makeDocument } from './documents.ts';
import { bandOf, openInWord } from './editing.ts';
import { connectMicrosoft } from './microsoft.ts';
import { signIn } from './sign-in.ts';
import { expect, test } from './visitors.ts';

const TABS = 10;

test('E3: ten open tabs share one stream, all show at once who edits, and a sign-in still works', async ({ visit }) => {
  const author = await visit();
  const { page, context } = author;
  await signIn(page, people.author);
  await connectMicrosoft(page, people.author);
  const document = await makeDocument(page, 'In ten tabs');

  const streams: string[] = [];
  context.on('request', (request) => {
    if (request.url().endsWith('/api/live')) streams.push(request.method());
  });
  await page.goto(document.address);
  const tabs = [page];
  while (tabs.length < TABS) {
    const tab = await context.newPage();
    await tab.goto(document.address);
    await expect(tab.getByRole('heading', { level: 1 })).toContainText('In ten tabs');
    tabs.push(tab);
  }
  // The tab that led was loaded anew: its place was taken once, by whichever tab came next.
  await expect.poll(() => streams.length).toBeGreaterThan(0);
  expect(streams.length).toBeLessThanOrEqual(2);

  // A browser has six connections to a server: a stream for each tab would leave none for this.
  const door = await context.newPage();
  await door.goto('/sign-in/');
  await signIn(door, people.author);
  await door.close();

  // Nobody asks while nothing happens.
  const asked: string[] = [];
  context.on('request', (request) => {
    if (/\/api\/(documents|edit-sessions)/.test(request.url())) asked.push(request.url());
  });
  // The old sign-in took its stream with it; the next one comes, and lets all tabs fetch once.
  await page.waitForTimeout(5_000);
  asked.length = 0;
  await page.waitForTimeout(7_000);
  expect(asked).toEqual([]);

  const word = await openInWord(author, people.author);
  for (const tab of tabs) await expect(bandOf(tab)).toContainText('Being edited in Word by', { timeout: 10_000 });

  // Whichever led is closed: another takes its place.
  await word.close();
  for (const tab of tabs.slice(0, -1)) await tab.close();
  const last = tabs.at(-1);
  if (last) await expect(bandOf(last)).toContainText('Being edited in Word by');
});
