import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** For the conversion, and for others who are at it; on a busy machine it takes its time. */
export const LIBREOFFICE_PATIENCE_MS = 300_000;
const CONVERSION_MS = 120_000;
const LOOK_AGAIN_MS = 250;
const LOCK = join(tmpdir(), 'microsoft365-emulator-libreoffice.lock');

/** What LibreOffice makes of a file: a second reader, which knows nothing of how it was written. */
export async function convertWithLibreOffice(name: string, content: Uint8Array, format: string): Promise<string> {
  const soffice = findSoffice();
  const folder = await mkdtemp(join(tmpdir(), 'libreoffice-'));
  const release = await takeTurn();
  try {
    await writeFile(join(folder, name), content);
    // A profile of its own: LibreOffice hands a file over to one that runs already, and then says nothing.
    const profile = `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`;
    const args = [
      profile,
      '--headless',
      '--norestore',
      '--convert-to',
      format,
      '--outdir',
      join(folder, 'out'),
      join(folder, name),
    ];
    const said = await promisify(execFile)(soffice, args, { timeout: CONVERSION_MS, killSignal: 'SIGKILL' });
    const [made] = await readdir(join(folder, 'out')).catch(() => []);
    if (made === undefined)
      throw new Error(
        `LibreOffice could not read ${name}. Calc or Impress may be missing: ${INSTALL}\n${said.stdout}${said.stderr}`,
      );
    return await readFile(join(folder, 'out', made), 'utf8');
  } finally {
    await release();
    await rm(folder, { recursive: true, force: true });
  }
}

const INSTALL =
  'install libreoffice-calc-nogui and libreoffice-impress-nogui, or name the program with SOFFICE_PATH. (npm test installs them on Debian when it may.)';

function findSoffice(): string {
  const known = [process.env.SOFFICE_PATH, '/usr/bin/soffice', '/Applications/LibreOffice.app/Contents/MacOS/soffice'];
  const found = known.find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error(`This test needs LibreOffice, and none was found: ${INSTALL}`);
  return found;
}

/** One conversion at a time on this machine; a lock whose process is gone counts for nothing. */
async function takeTurn(): Promise<() => Promise<void>> {
  for (;;) {
    const file = await open(LOCK, 'wx').catch(() => undefined);
    if (file) {
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(LOCK, { force: true });
    }
    const holder = Number(await readFile(LOCK, 'utf8').catch(() => ''));
    if (holder > 0 && !isAlive(holder)) await rm(LOCK, { force: true });
    else await wait(LOOK_AGAIN_MS);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
