import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  ConnectionUnavailable,
  deleteItem,
  downloadContent,
  type Graph,
  GraphError,
  safeFileName,
  uploadNew,
  WORKING_COPIES_FOLDER,
} from '@megdocs/microsoft365';
import { findingOfNumber } from '../aadsts-findings.ts';
import { type Check, cannotTell, failure, found, notTested, type Outcome, ok } from '../finding.ts';
import type { Scene } from '../scene.ts';
import { whyNot } from './connection.ts';

const CONTENT = 'A file that MEGDocs wrote to see whether it can. It may be deleted.\n';

/** The very calls that editing makes: up, down, and gone again. */
export const drive: Check = {
  id: 'drive',
  title: 'Test file in OneDrive: up, down, deleted',
  needs: ['database', 'token-keys', 'network', 'tenant'],
  explainedBy: ['clock', 'credential', 'registration', 'connection'],
  async run(scene) {
    const { subject, accounts, database, random } = scene;
    if (!subject || !scene.app || !accounts || typeof database === 'string') return notTested(whyNot(scene));
    const integration = await accounts.integrationOf(database.db, subject.personId);
    if (!integration) return notTested(`${subject.name} has no Microsoft account connected.`);
    if (integration.status !== 'connected') return notTested(`${subject.name} has to reconnect first.`);
    const graph = accounts.graphFor(integration.id);
    const name = safeFileName(`MEGDocs self-test ${random.uuid().slice(0, 8)}.txt`);
    try {
      return await upDownAndGone(graph, name, integration.accountAddress);
    } catch (error) {
      return explain(error, scene, subject.name);
    }
  },
};

async function upDownAndGone(graph: Graph, name: string, address: string): Promise<Outcome> {
  const stream = () => Readable.from([CONTENT]);
  const content = { stream, size: Buffer.byteLength(CONTENT), contentType: 'text/plain' };
  const item = await uploadNew(graph, [WORKING_COPIES_FOLDER, name], content);
  let read: string;
  try {
    read = await text(await downloadContent(graph, item));
  } finally {
    await deleteItem(graph, item, { ifMatch: item.eTag });
  }
  if (read === CONTENT) return ok(`A file was written to the OneDrive of ${address}, read again and deleted.`);
  return found([
    failure(
      'content_differs',
      `What was read from the OneDrive of ${address} is not what was written.`,
      'Edited documents could come back changed.',
      'Something on the way changes contents (a proxy that rewrites, data loss prevention): have Microsoft’s file hosts excepted.',
    ),
  ]);
}

function explain(error: unknown, scene: Scene, who: string): Outcome {
  if (error instanceof ConnectionUnavailable) return ofConnection(error, scene, who);
  if (!(error instanceof GraphError)) throw error;
  const said = `(${error.status || 'no answer'}, ${error.code})`;
  const why = `${who} can not edit in Microsoft 365.`;
  if (error.kind === 'not-found' || /mysite|notprovisioned|license/i.test(error.code))
    return found([
      failure(
        'no_onedrive',
        `The account of ${who} has no OneDrive ${said}.`,
        why,
        'Give the account a licence with OneDrive (SharePoint Online) in the Microsoft 365 admin center; then they open onedrive.com once, so that it is made.',
      ),
    ]);
  if (error.kind === 'full')
    return found([
      failure('drive_full', `The OneDrive of ${who} is full ${said}.`, why, 'Make room there, or raise the quota.'),
    ]);
  if (error.kind === 'forbidden')
    return found([
      failure(
        'drive_forbidden',
        `Microsoft does not let MEGDocs write to the OneDrive of ${who} ${said}.`,
        why,
        `Check that ${scene.app?.filesScope} was consented to, and whether Conditional Access or SharePoint’s access control excludes this server.`,
      ),
    ]);
  return cannotTell(`Microsoft did not take or give the file ${said}. Try again in a minute.`);
}

function ofConnection(error: ConnectionUnavailable, scene: Scene, who: string): Outcome {
  const cause = error.cause as { aadsts?: number } | undefined;
  const known = cause?.aadsts === undefined ? undefined : findingOfNumber(cause.aadsts, scene);
  if (known) return found([known]);
  if (error.reason === 'reconnect_needed')
    return found([
      failure(
        'reconnect_needed',
        `Microsoft no longer accepts the connection of ${who}.`,
        `${who} can not edit in Microsoft 365 until then; nothing of theirs is lost.`,
        'They press Reconnect under Account settings, Microsoft.',
      ),
    ]);
  return cannotTell(error.message);
}
