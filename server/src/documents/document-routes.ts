import {
  activity,
  documentAccess,
  documentDetail,
  documentList,
  documentQuery,
  documentRole,
  nameOnDocument,
  routes,
  transitionRequest,
  updateDocument,
  uploaded,
  uploadQuery,
  versions,
} from '@megdocs/contract';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { SignedIn } from '../accounts/index.ts';
import { inTransaction } from '../platform/database.ts';
import type { Http } from '../platform/http.ts';
import { readActivity } from './activity.ts';
import { changeDocument, changeRole } from './change-document.ts';
import { explainAccess } from './explain-access.ts';
import { presentDocument, presentVersions } from './present-document.ts';
import { readContent } from './read-content.ts';
import { searchRegister } from './register.ts';
import { getSeenDocument } from './rights.ts';
import type { DocumentsRoom } from './room.ts';
import { sendContent } from './send-content.ts';
import { transitionDocument } from './transition-document.ts';
import { uploadVersion } from './upload-document.ts';
import { uploadOf } from './upload-request.ts';

const params = z.object({ id: z.uuid() });

export function documentRoutes(room: DocumentsRoom, http: Http): void {
  const app = http.withTypeProvider<ZodTypeProvider>();
  const show = async (person: SignedIn, id: string) =>
    presentDocument(room, room.db, person, await getSeenDocument(room, room.db, person, id));

  app.get(
    routes.documents,
    { schema: { querystring: documentQuery, response: { 200: documentList } } },
    async (request) => searchRegister(room, room.db, await room.accounts.signedIn(request), request.query),
  );

  app.get(routes.document, { schema: { params, response: { 200: documentDetail } } }, async (request) =>
    show(await room.accounts.signedIn(request), request.params.id),
  );

  app.patch(
    routes.document,
    { schema: { params, body: updateDocument, response: { 200: documentDetail } } },
    async (request) => {
      const person = await room.accounts.signedIn(request);
      await changeDocument(room, person, request.params.id, request.body);
      return show(person, request.params.id);
    },
  );

  app.post(
    routes.documentTransitions,
    { schema: { params, body: transitionRequest, response: { 200: documentDetail } } },
    async (request) => {
      const person = await room.accounts.signedIn(request);
      const { id } = request.params;
      await inTransaction(room.db, (tx) =>
        transitionDocument(room, tx, { ...request.body, documentId: id, by: person.personId }),
      );
      return show(person, id);
    },
  );

  app.get(routes.documentActivity, { schema: { params, response: { 200: activity } } }, async (request) => {
    const person = await room.accounts.signedIn(request);
    const seen = await getSeenDocument(room, room.db, person, request.params.id);
    return { entries: await readActivity(room.db, seen) };
  });
  versionRoutes(room, http);
  accessRoutes(room, http);
}

function versionRoutes(room: DocumentsRoom, http: Http): void {
  const app = http.withTypeProvider<ZodTypeProvider>();

  app.get(routes.documentVersions, { schema: { params, response: { 200: versions } } }, async (request) => {
    const person = await room.accounts.signedIn(request);
    const seen = await getSeenDocument(room, room.db, person, request.params.id);
    return { versions: await presentVersions(room.db, seen) };
  });

  app.post(
    routes.documentVersions,
    { schema: { params, querystring: uploadQuery, response: { 201: uploaded } } },
    async (request, reply) => {
      const person = await room.accounts.signedIn(request);
      const { fileName, comment } = request.query;
      const made = await uploadVersion(room, person, request.params.id, uploadOf(request, fileName), comment);
      return reply.status(201).send(made);
    },
  );

  app.get(
    routes.documentVersionContent,
    {
      schema: {
        params: params.extend({ version: z.string() }),
        querystring: z.object({ inline: z.literal('1').optional() }),
      },
    },
    async (request, reply) => {
      const person = await room.accounts.signedIn(request);
      const { id, version } = request.params;
      const inline = request.query.inline === '1';
      // Whoever asks for the head gets no content: that is no download.
      const use = inline || request.method === 'HEAD' ? 'viewer' : 'download';
      const content = await readContent(room, person, id, version, use);
      return sendContent(room.blobs, reply, content, inline ? 'inline' : 'attachment');
    },
  );
}

function accessRoutes(room: DocumentsRoom, http: Http): void {
  const app = http.withTypeProvider<ZodTypeProvider>();
  const explain = async (person: SignedIn, id: string) =>
    explainAccess(room, room.db, person, await getSeenDocument(room, room.db, person, id));

  app.get(routes.documentAccess, { schema: { params, response: { 200: documentAccess } } }, async (request) =>
    explain(await room.accounts.signedIn(request), request.params.id),
  );

  app.post(
    routes.documentAccess,
    { schema: { params, body: nameOnDocument, response: { 200: documentAccess } } },
    async (request) => {
      const person = await room.accounts.signedIn(request);
      await changeRole(room, person, request.params.id, { ...request.body, named: true });
      return explain(person, request.params.id);
    },
  );

  app.delete(
    routes.documentAccessEntry,
    { schema: { params: params.extend({ personId: z.uuid(), role: documentRole }) } },
    async (request, reply) => {
      const person = await room.accounts.signedIn(request);
      const { id, personId, role } = request.params;
      await changeRole(room, person, id, { personId, role, named: false });
      return reply.status(204).send();
    },
  );
}
