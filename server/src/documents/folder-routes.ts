import type { Readable } from 'node:stream';
import {
  folder,
  folderRules,
  folders,
  newFolder,
  routes,
  updateFolder as updateFolderBody,
  uploaded,
  uploadQuery,
} from '@megdocs/contract';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Http } from '../platform/http.ts';
import { changeRules, deleteFolder, folderTree, makeFolder, readRules, updateFolder } from './folders.ts';
import type { DocumentsRoom } from './room.ts';
import { uploadDocument } from './upload-document.ts';
import { uploadOf } from './upload-request.ts';

const params = z.object({ id: z.uuid() });
const ruleList = folderRules.pick({ own: true });

export function folderRoutes(room: DocumentsRoom, http: Http): void {
  const app = http.withTypeProvider<ZodTypeProvider>();

  app.get(routes.folders, { schema: { response: { 200: folders } } }, async (request) =>
    folderTree(room, room.db, await room.accounts.signedIn(request)),
  );

  app.post(routes.folders, { schema: { body: newFolder, response: { 201: folder } } }, async (request, reply) => {
    const made = await makeFolder(room, await room.accounts.signedIn(request), request.body);
    return reply.status(201).send(made);
  });

  app.patch(routes.folder, { schema: { params, body: updateFolderBody, response: { 200: folder } } }, async (request) =>
    updateFolder(room, await room.accounts.signedIn(request), request.params.id, request.body),
  );

  app.delete(routes.folder, { schema: { params } }, async (request, reply) => {
    await deleteFolder(room, await room.accounts.signedIn(request), request.params.id);
    return reply.status(204).send();
  });

  app.get(routes.folderRules, { schema: { params, response: { 200: folderRules } } }, async (request) =>
    readRules(room, room.db, await room.accounts.signedIn(request), request.params.id),
  );

  app.put(routes.folderRules, { schema: { params, body: ruleList, response: { 200: folderRules } } }, async (request) =>
    changeRules(room, await room.accounts.signedIn(request), request.params.id, request.body.own),
  );

  app.post<{ Body: Readable }>(
    routes.folderDocuments,
    { schema: { params, querystring: uploadQuery, response: { 201: uploaded } } },
    async (request, reply) => {
      const person = await room.accounts.signedIn(request);
      const query = request.query as z.infer<typeof uploadQuery>;
      const { id } = request.params as z.infer<typeof params>;
      const made = await uploadDocument(room, person, id, uploadOf(request, query.fileName), query);
      return reply.status(201).send(made);
    },
  );
}
