import { Button } from '@fluentui/react-components';
import { routes } from '@megdocs/contract';
import { useEffect, useState } from 'react';

interface ConnectFormProps {
  label: 'Connect to Microsoft' | 'Connect another account' | 'Reconnect' | 'Try again';
  /** Where the person comes back to when it has worked. */
  returnTo: string;
  /** The deployment is not registered at Microsoft; the page says so under the id `not-configured`. */
  blocked?: boolean;
}

/** A real form post: the answer sends the whole browser to Microsoft, which no script's request could do. */
export function ConnectForm({ label, returnTo, blocked }: ConnectFormProps) {
  const [leaving, setLeaving] = useState(false);
  useEffect(() => {
    // With the browser's back button this page returns as it was left.
    const back = () => setLeaving(false);
    window.addEventListener('pageshow', back);
    return () => window.removeEventListener('pageshow', back);
  }, []);
  return (
    <form method="post" action={routes.connect} onSubmit={() => setLeaving(true)}>
      <input type="hidden" name="returnTo" value={returnTo} />
      <Button
        type="submit"
        appearance="primary"
        disabledFocusable={blocked || leaving}
        aria-describedby={blocked ? 'not-configured' : undefined}
      >
        {leaving ? 'Going to Microsoft…' : label}
      </Button>
    </form>
  );
}
