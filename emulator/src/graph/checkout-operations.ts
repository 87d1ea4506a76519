import { z } from 'zod';
import { checkIn, checkOut, discardCheckout } from '../world/checkout.ts';
import type { Item } from '../world/records.ts';
import { readBody } from './body.ts';
import { actorOf, type GraphCall } from './call.ts';
import { GraphError } from './errors.ts';
import { getItem } from './find.ts';
import { DOCS, type GraphOperation, ITEM } from './operation.ts';

const at = (action: string) =>
  ({
    method: 'POST',
    template: `${ITEM}/${action}`,
    access: 'write',
    query: [],
    docs: `${DOCS}/driveitem-${action.toLowerCase()}`,
  }) as const;

/** Work drives and libraries alone. */
export const CHECKOUT_OPERATIONS: readonly GraphOperation[] = [
  {
    ...at('checkout'),
    fidelity: 'full',
    note: 'Others see what is written meanwhile, but may change nothing (423).',
    handle: (call) => answer(call, (item) => checkOut(call.world.files, item, actorOf(call))),
  },
  {
    ...at('checkin'),
    fidelity: 'full',
    note: 'The comment is not kept.',
    handle: async (call) => {
      getWorkItem(call);
      await readBody(call, checkinSchema, ['comment', 'checkInAs']);
      return answer(call, (item) => checkIn(call.world.files, item, actorOf(call)));
    },
  },
  {
    ...at('discardCheckout'),
    fidelity: 'full',
    handle: (call) => answer(call, (item) => discardCheckout(call.world.files, item, actorOf(call))),
  },
];

const checkinSchema = z.looseObject({
  comment: z.string().nullish(),
  checkInAs: z.enum(['published', 'unspecified', '']).nullish(),
});

async function answer(call: GraphCall, act: (item: Item) => void | Promise<void>): Promise<unknown> {
  await act(getWorkItem(call));
  return call.reply.code(204).send();
}

function getWorkItem(call: GraphCall): Item {
  const item = getItem(call);
  if (call.world.files.driveById(item.driveId).kind === 'personal') {
    throw new GraphError('invalidRequest', 'API not found');
  }
  return item;
}
