import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Check, failure, found, ok, warning } from '../finding.ts';

const GIBIBYTE = 1024 ** 3;

export const files: Check = {
  id: 'files',
  title: 'Folder of the documents’ files',
  needs: [],
  explainedBy: ['environment'],
  async run({ config, random }) {
    const folder = config.blobFolder;
    const probe = join(folder, `doctor-${random.uuid()}`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(probe, 'MEGDocs');
      if ((await readFile(probe, 'utf8')) !== 'MEGDocs') throw new Error('read something else');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
      return found([
        failure(
          'files_not_writable',
          `A file in ${folder} could not be written and read again${code}.`,
          'No document can be uploaded or checked in.',
          'Give this user the right to the folder, make room, or choose another one with BLOB_STORE.',
        ),
      ]);
    } finally {
      await rm(probe, { force: true }).catch(() => {});
    }
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free >= GIBIBYTE)
      return ok(`A file was written, read and deleted. ${Math.floor(free / GIBIBYTE)} GiB are free.`);
    const what = `Only ${Math.floor(free / 1024 ** 2)} MiB are free where ${folder} lies.`;
    return found([
      warning('files_nearly_full', what, 'Uploads and check-ins will soon fail.', 'Make room on that disk.'),
    ]);
  },
};
