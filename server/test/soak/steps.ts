import fc from 'fast-check';

export type Editor = 'author' | 'author2';
export type Saver = Editor | 'reader';

/** What somebody, Microsoft, the network or this machine does next. */
export type Step =
  | { do: 'start' | 'check-in' | 'save-and-go-on' | 'close' | 'discard'; who: Editor }
  | { do: 'join' | 'take-over' | 'hand-over'; who: Editor }
  | { do: 'save'; by: Saver; copy: 'newest' | 'oldest'; deletes: boolean }
  | { do: 'look-only' | 'rename' | 'lock' | 'unlock' }
  | { do: 'delete-copy' }
  | { do: 'decide'; how: 'recover' | 'discard' }
  | { do: 'adopt' | 'dismiss' }
  | { do: 'outsider'; what: 'upload' | 'send-to-review' | 'send-back' | 'publish' | 'revise' }
  | { do: 'revoke' | 'disconnect' | 'reconnect'; who: Editor }
  | { do: 'cut'; method: 'GET' | 'PUT' | 'DELETE' | 'POST'; when: 'before' | 'after' }
  | { do: 'fail'; method: 'GET' | 'PUT' | 'DELETE'; status: 500 | 503; times: 1 | 3 }
  | { do: 'throttle'; seconds: 2 | 30 }
  | { do: 'truncate' }
  | { do: 'kill'; after: number; during: 'tend' | 'check-in' | 'start' | 'discard'; who: Editor }
  | { do: 'tend-twice' | 'days' }
  | { do: 'pass'; seconds: 4 | 30 | 70 | 400 };

const editor = fc.constantFrom<Editor[]>('author', 'author', 'author2');
const only = <T extends Step['do']>(...names: T[]) =>
  fc.constantFrom(...names).map((name) => ({ do: name }) as Extract<Step, { do: T }>);
const byEditor = <T extends Step['do']>(...names: T[]) =>
  fc.record({ do: fc.constantFrom(...names), who: editor }) as unknown as fc.Arbitrary<Step>;

const weighted: [number, fc.Arbitrary<Step>][] = [
  [7, byEditor('start')],
  [
    14,
    fc.record({
      do: fc.constant('save' as const),
      by: fc.constantFrom<Saver[]>('author', 'author', 'author2', 'reader'),
      copy: fc.constantFrom('newest' as const, 'newest' as const, 'oldest' as const),
      deletes: fc.boolean().map((yes) => yes),
    }),
  ],
  [6, byEditor('check-in')],
  [1, byEditor('save-and-go-on')],
  [1, byEditor('close')],
  [1, byEditor('discard')],
  [3, byEditor('join', 'take-over', 'hand-over')],
  [2, only('look-only', 'rename')],
  [2, only('lock', 'unlock')],
  [1, only('delete-copy')],
  [2, fc.record({ do: fc.constant('decide' as const), how: fc.constantFrom('recover' as const, 'discard' as const) })],
  [2, only('adopt', 'dismiss')],
  [
    3,
    fc.record({
      do: fc.constant('outsider' as const),
      what: fc.constantFrom(
        'upload' as const,
        'send-to-review' as const,
        'send-back' as const,
        'publish' as const,
        'revise' as const,
      ),
    }),
  ],
  [2, byEditor('revoke', 'disconnect')],
  [4, byEditor('reconnect')],
  [
    4,
    fc.record({
      do: fc.constant('cut' as const),
      method: fc.constantFrom('GET' as const, 'PUT' as const, 'DELETE' as const, 'POST' as const),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  ],
  [
    2,
    fc.record({
      do: fc.constant('fail' as const),
      method: fc.constantFrom('GET' as const, 'PUT' as const, 'DELETE' as const),
      status: fc.constantFrom(500 as const, 503 as const),
      times: fc.constantFrom(1 as const, 3 as const),
    }),
  ],
  [2, fc.record({ do: fc.constant('throttle' as const), seconds: fc.constantFrom(2 as const, 30 as const) })],
  [1, only('truncate')],
  [
    4,
    fc.record({
      do: fc.constant('kill' as const),
      after: fc.integer({ min: 0, max: 30 }),
      during: fc.constantFrom('tend' as const, 'check-in' as const, 'start' as const, 'discard' as const),
      who: editor,
    }),
  ],
  [1, only('tend-twice', 'days')],
  [
    14,
    fc.record({
      do: fc.constant('pass' as const),
      seconds: fc.constantFrom(4 as const, 30 as const, 70 as const, 400 as const),
    }),
  ],
];

export const anyStep: fc.Arbitrary<Step> = fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
