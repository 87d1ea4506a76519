import { Button, Spinner } from '@fluentui/react-components';
import { type ReactNode, useState } from 'react';
import { FailureBox } from './failure.tsx';
import { Sheet } from './sheet.tsx';

interface ConfirmProps {
  open: boolean;
  /** A question that names what will be lost. */
  title: string;
  /** Verb and object: "Discard the edits". */
  verb: string;
  /** The way back, also a verb: "Keep editing". */
  keep: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}

/** Asks before something that can't be undone; stays open, with the reason, when it fails. */
export function Confirm({ open, title, verb, keep, onConfirm, onClose, children }: ConfirmProps) {
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false });
  const confirm = async () => {
    setState({ busy: true });
    try {
      await onConfirm();
      setState({ busy: false });
      onClose();
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  const close = () => {
    setState({ busy: false });
    onClose();
  };
  return (
    <Sheet
      open={open}
      title={title}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{keep}</Button>
          <Button
            appearance="primary"
            disabledFocusable={state.busy}
            icon={state.busy ? <Spinner size="extra-tiny" aria-label={verb} /> : undefined}
            onClick={confirm}
          >
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {state.error !== undefined && <FailureBox error={state.error} />}
    </Sheet>
  );
}
