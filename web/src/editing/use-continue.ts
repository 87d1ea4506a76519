import { type Continued, continued, type EditSession, fill, routes } from '@megdocs/contract';
import { useEffect, useRef, useState } from 'react';
import { send } from '../ui/api.ts';
import { newKey } from './new-key.ts';

const AGAIN_MS = 3_000;

interface ContinueOrder {
  toPersonId: string;
  reason: string;
}

type State =
  | { kind: 'asking' }
  | { kind: 'busy' }
  | { kind: 'failed'; error: unknown }
  | { kind: 'answered'; answer: Continued };

/** Orders a take-over or hand-over, and asks again with the same key while Microsoft settles. */
export function useContinue(kind: 'take-over' | 'hand-over', session: EditSession, onContinued: () => void) {
  const [state, setState] = useState<State>({ kind: 'asking' });
  const key = useRef(newKey());
  const order = useRef<ContinueOrder | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const ask = async (anyway: boolean) => {
    const route = kind === 'take-over' ? routes.editSessionTakeOver : routes.editSessionHandOver;
    const body = { ...order.current, idempotencyKey: key.current, anyway };
    try {
      const answer = await send('POST', fill(route, { id: session.id }), body, continued);
      setState({ kind: 'answered', answer });
      if (answer.result === 'continued') onContinued();
      if (answer.result === 'waiting') timer.current = setTimeout(() => void ask(false), AGAIN_MS);
    } catch (error) {
      setState({ kind: 'failed', error });
    }
  };
  return {
    state,
    start(wish: ContinueOrder) {
      order.current = wish;
      setState({ kind: 'busy' });
      void ask(false);
    },
    goOnAnyway() {
      clearTimeout(timer.current);
      setState({ kind: 'busy' });
      void ask(true);
    },
  };
}
