import { Button, Field, Input } from '@fluentui/react-components';
import { pages, routes } from '@megdocs/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { send } from '../ui/api.ts';
import { FailureBox } from '../ui/failure.tsx';
import { localPath } from '../ui/local-path.ts';
import styles from './alone.module.css';
import { Alone } from './alone.tsx';
import { PasswordInput } from './password-input.tsx';

const foot =
  'On a shared ward PC, sign out when you leave. Your Microsoft account is connected later, in Account settings, and is not used to sign in here.';

export default function SignInPage() {
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [email, setEmail] = useState(query.get('email') ?? '');
  const [password, setPassword] = useState('');
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const signIn = useMutation({
    mutationFn: () => send('POST', routes.session, { email: email.trim(), password }),
    onSuccess: () => {
      // What the last person of this tab saw is not shown to the next.
      queries.clear();
      void navigate(localPath(query.get('returnTo')) ?? pages.documents, { replace: true });
    },
    onError: () => setPassword(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <Alone title="Sign in to MEGDocs" lead="Controlled documents, edited in Microsoft 365" foot={foot}>
      {!navigator.cookieEnabled && (
        <p className={styles.more} role="alert">
          This browser blocks cookies, so nobody can sign in or connect an account here. Allow cookies for{' '}
          {window.location.host}, then load this page again.
        </p>
      )}
      {query.get('from') === 'microsoft' && (
        <p className={styles.more} role="status">
          You are back from Microsoft, but not signed in here any more, so no account was connected and nothing was
          changed. Sign in, then connect again in Account settings.
        </p>
      )}
      <form className={styles.form} onSubmit={submit}>
        {signIn.error && <FailureBox error={signIn.error} assertive />}
        <Field label="Email">
          <Input
            ref={first}
            size="large"
            type="email"
            name="email"
            autoComplete="username"
            required
            value={email}
            onChange={(_, data) => setEmail(data.value)}
          />
        </Field>
        <Field label="Password">
          <PasswordInput
            size="large"
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(_, data) => setPassword(data.value)}
          />
        </Field>
        <Button
          type="submit"
          appearance="primary"
          size="large"
          className={styles.wide}
          disabledFocusable={signIn.isPending}
        >
          {signIn.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
      <details className={styles.help}>
        <summary>I can’t sign in</summary>
        <p>
          Ask an administrator of your institution for a new link: it lets you choose another password. If you were just
          invited, open the link that you were given; it works once.
        </p>
      </details>
    </Alone>
  );
}
