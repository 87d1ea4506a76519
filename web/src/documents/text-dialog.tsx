import { Button, Field, Spinner, Textarea } from '@fluentui/react-components';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { FailureBox } from '../ui/failure.tsx';
import { Sheet } from '../ui/sheet.tsx';

interface Props {
  open: boolean;
  /** A question that names what happens. */
  title: string;
  /** What becomes visible, what is lost, what stays. */
  children?: ReactNode;
  label: string;
  hint?: string;
  required: boolean;
  /** Verb and object. */
  verb: string;
  keep: string;
  /** Something else still has to be confirmed: says what. */
  notYet?: string | null;
  onSubmit: (text: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks for a sentence (a reason, a comment, a summary) and does one thing with it; stays open when that fails. */
export function TextDialog({ open, ...rest }: Props) {
  return open ? <OpenTextDialog {...rest} /> : null;
}

function OpenTextDialog({
  title,
  children,
  label,
  hint,
  required,
  verb,
  keep,
  notYet,
  onSubmit,
  onClose,
}: Omit<Props, 'open'>) {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState(false);
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false });
  const field = useRef<HTMLTextAreaElement>(null);
  useFocusAfterOpening(field);
  const missing = required && text.trim() === '';

  const submit = async () => {
    setAsked(true);
    if (missing || notYet || state.busy) {
      if (missing) field.current?.focus();
      return;
    }
    setState({ busy: true });
    try {
      await onSubmit(text.trim());
      onClose();
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return (
    <Sheet
      open
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{keep}</Button>
          <Button
            appearance="primary"
            disabledFocusable={state.busy}
            icon={state.busy ? <Spinner size="extra-tiny" aria-label={verb} /> : undefined}
            onClick={submit}
          >
            {verb}
          </Button>
        </>
      }
    >
      {children}
      <Field
        label={label}
        required={required}
        hint={hint}
        validationMessage={asked && missing ? 'This is needed: it stays in the history.' : undefined}
      >
        <Textarea
          ref={field}
          value={text}
          maxLength={2000}
          rows={3}
          resize="vertical"
          onChange={(_, data) => setText(data.value)}
        />
      </Field>
      {asked && notYet ? <p role="alert">{notYet}</p> : null}
      {state.error === undefined ? null : <FailureBox error={state.error} />}
    </Sheet>
  );
}

/** First focus in a dialog goes to its field; Fluent has first put it on the first control. */
export function useFocusAfterOpening(field: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const frame = requestAnimationFrame(() => field.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, [field]);
}
