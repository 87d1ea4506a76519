import { Button, Spinner } from '@fluentui/react-components';
import { fill, routes } from '@megdocs/contract';
import { useState } from 'react';
import { send } from '../ui/api.ts';
import { wordsFor } from '../ui/failure.tsx';

/** "Try again now", for a copy that could not be made or removed; says beside it why it failed again. */
export function RetryButton({ sessionId, onDone }: { sessionId: string; onDone: () => void }) {
  const [state, setState] = useState<{ busy: boolean; failure: string | null }>({ busy: false, failure: null });
  const retry = async () => {
    setState({ busy: true, failure: null });
    try {
      await send('POST', fill(routes.editSessionRetry, { id: sessionId }));
      setState({ busy: false, failure: null });
      onDone();
    } catch (error) {
      setState({ busy: false, failure: wordsFor(error).message });
    }
  };
  return (
    <>
      {state.failure ? <span role="status">{state.failure}</span> : null}
      <Button
        disabledFocusable={state.busy}
        icon={state.busy ? <Spinner size="extra-tiny" aria-label="Trying again" /> : undefined}
        onClick={retry}
      >
        Try again now
      </Button>
    </>
  );
}
