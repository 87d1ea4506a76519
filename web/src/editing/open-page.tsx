import { Button } from '@fluentui/react-components';
import { Person16Regular } from '@fluentui/react-icons';
import { fill, pages } from '@megdocs/contract';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import { FailureBox } from '../ui/failure.tsx';
import { Logo } from '../ui/logo.tsx';
import { useNow } from '../ui/time.tsx';
import styles from './open.module.css';
import { OpeningBar } from './opening-bar.tsx';
import { OpeningSteps } from './opening-list.tsx';
import { openingSteps } from './opening-steps.ts';
import { rememberedTitle } from './remembered-title.ts';
import { useOpening } from './use-opening.ts';

const LINK_AFTER_SECONDS = 15;

/** The tab that becomes Word: says at once what it does, starts the edit session, and leaves for Word. */
export default function OpenPage() {
  const { id = '' } = useParams();
  const opening = useOpening(id);
  const { document: detail, webUrl, note, sent } = opening;
  const [remembered] = useState(() => rememberedTitle(localStorage, id));
  const name = detail ? `${detail.number} ${detail.title}` : (remembered ?? 'the document');
  const app = detail?.app ?? 'Word';
  const failed = opening.error !== undefined || opening.ended;
  const title = failed ? `${capital(name)} could not be opened in ${app}` : `Putting ${name} into your OneDrive…`;
  useEffect(() => {
    document.title = `${title} · MEGDocs`;
  }, [title]);
  useEffect(() => {
    // Without a trace in the history: "back" from Word should not start it once more.
    if (webUrl && !note) window.location.replace(webUrl);
  }, [webUrl, note]);
  const here = fill(pages.document, { id });
  return (
    <div className={styles.page}>
      <main className={styles.column}>
        <Logo size={32} />
        <h1>{title}</h1>
        {failed ? null : (
          <p className={styles.lead}>
            {sent
              ? `It is a large file, so this takes a while. ${app} opens in this tab by itself.`
              : `${app} opens in this tab by itself, usually within ten seconds.`}{' '}
            You can go on working in the other one.
          </p>
        )}
        {failed ? null : (
          <OpeningSteps
            steps={openingSteps({ document: detail, started: opening.answer !== null, ready: webUrl !== null })}
          />
        )}
        {failed || !sent ? null : <OpeningBar sent={sent} />}
        {failed || !note || !webUrl ? null : <ReadFirst note={note} webUrl={webUrl} app={app} />}
        {failed ? (
          <Failed error={opening.error} problem={opening.problem} here={here} onAgain={opening.startAgain} />
        ) : (
          <WhileItWorks account={opening.answer?.account ?? null} problem={opening.problem} webUrl={webUrl} app={app} />
        )}
      </main>
      <footer className={styles.foot}>
        Nothing is lost if you close this tab: go on from <Link to={here}>the document’s page</Link>.
      </footer>
    </div>
  );
}

/** Opening it changes nothing yet; the first letter does. */
function ReadFirst({ note, webUrl, app }: { note: string; webUrl: string; app: string }) {
  return (
    <>
      <p role="alert" className={styles.problem}>
        {note}
      </p>
      <p>
        <a href={webUrl}>Open in {app} all the same</a>
      </p>
    </>
  );
}

function WhileItWorks({
  account,
  problem,
  webUrl,
  app,
}: {
  account: string | null;
  problem: string | null;
  webUrl: string | null;
  app: string;
}) {
  const [since] = useState(() => Date.now());
  const late = useNow().getTime() - since > LINK_AFTER_SECONDS * 1000;
  return (
    <>
      {account ? (
        <p className={styles.account}>
          <Person16Regular aria-hidden />
          <span>
            Use <strong>{account}</strong> if Microsoft asks who you are.
          </span>
        </p>
      ) : null}
      {problem ? (
        <p role="status" className={styles.problem}>
          {problem}
        </p>
      ) : null}
      {late && webUrl ? (
        <p className={styles.late}>
          It takes longer than usual. <a href={webUrl}>Open in {app}</a>
        </p>
      ) : null}
    </>
  );
}

function Failed({
  error,
  problem,
  here,
  onAgain,
}: {
  error: unknown;
  problem: string | null;
  here: string;
  onAgain: () => void;
}) {
  if (error !== undefined) {
    return (
      <FailureBox error={error} assertive onRetry={onAgain}>
        <Link to={here}>Go to the document</Link>
      </FailureBox>
    );
  }
  return (
    <>
      <p role="alert" className={styles.problem}>
        {problem ?? 'This editing has ended meanwhile.'} Nothing was changed.
      </p>
      <p>
        <Button onClick={onAgain}>Start again</Button>
      </p>
    </>
  );
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
