import { microsoftAdministration, microsoftPolicy, pages, routes } from '@megdocs/contract';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Http } from '../../platform/http.ts';
import { presentAdministration } from './administration.ts';
import { keepBrowserToken, signedInOrNot, signInPage } from './browser-request.ts';
import { changePolicy } from './change-policy.ts';
import { deletePerson } from './delete-person.ts';
import type { MicrosoftRoom } from './microsoft-room.ts';
import { startConsent } from './start-consent.ts';

export function administrationRoutes(http: Http, room: MicrosoftRoom): void {
  const app = http.withTypeProvider<ZodTypeProvider>();
  const shown = { response: { 200: microsoftAdministration } };
  app.get(routes.microsoftAdministration, { schema: shown }, async (request) =>
    presentAdministration(room, await room.signedIn(request)),
  );
  app.put(routes.microsoftPolicy, { schema: { body: microsoftPolicy, ...shown } }, async (request) => {
    const person = await room.signedIn(request);
    await changePolicy(room, person, request.body);
    return presentAdministration(room, person);
  });
  app.delete(routes.person, { schema: { params: z.object({ id: z.uuid() }) } }, async (request, reply) => {
    await deletePerson(room, await room.signedIn(request), request.params.id);
    return reply.status(204).send();
  });
  app.post(routes.consent, async (request, reply) => {
    const person = await signedInOrNot(room, request);
    if (!person) return reply.redirect(signInPage(), 303);
    if (!room.app) return reply.redirect(pages.administrationMicrosoft, 303);
    return reply.redirect(await startConsent(room, room.app, person, keepBrowserToken(room, request, reply)), 303);
  });
}
