import { Button, Link, ProgressBar, Tooltip } from '@fluentui/react-components';
import {
  ArrowDownload16Regular,
  ArrowDownload20Regular,
  ChevronLeft16Regular,
  ChevronRight16Regular,
} from '@fluentui/react-icons';
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useState } from 'react';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { useMedia } from '../ui/layout.ts';
import { useNow } from '../ui/time.tsx';
import { fetchContent } from './fetch-content.ts';
import styles from './reader.module.css';
import { usePages } from './use-pages.ts';
import { sizeInWords } from './words.ts';

const ViewerFrame = lazy(async () => ({ default: (await import('./viewer-frame.tsx')).ViewerFrame }));

interface Props {
  /** Where the file is fetched, with the page's session. */
  contentUrl: string;
  fileName: string;
  size: number;
  title: string;
  /** What one is looking at, and whether one may act by it. */
  about: string;
  reflow: boolean;
  /** More in the bar, such as the button for the facts. */
  children?: ReactNode;
}

/** A document drawn in the page; what can't be drawn is offered as a download. */
export function Reader({ contentUrl, fileName, size, title, about, reflow, children }: Props) {
  const { current, count, setMarks, go } = usePages();
  const word = fileName.toLowerCase().endsWith('.docx');
  return (
    <section className={styles.desk} aria-label={`Reader: ${title}`}>
      <div className={styles.bar}>
        <span className={styles.about}>{about}</span>
        {word && count > 1 && !reflow ? (
          <span className={styles.pages}>
            <Button
              appearance="transparent"
              size="small"
              icon={<ChevronLeft16Regular />}
              aria-label="Page before"
              disabledFocusable={current <= 1}
              onClick={() => go(current - 1)}
            />
            {current} of {count}
            <Button
              appearance="transparent"
              size="small"
              icon={<ChevronRight16Regular />}
              aria-label="Next page"
              disabledFocusable={current >= count}
              onClick={() => go(current + 1)}
            />
          </span>
        ) : null}
        {children}
        <DownloadButton href={contentUrl} fileName={fileName} short={reflow} />
      </div>
      {word ? (
        <Drawn key={contentUrl} {...{ contentUrl, fileName, size, title, reflow }} onPages={setMarks} />
      ) : (
        <DownloadBox {...{ contentUrl, fileName, size }} reason="This kind of file can’t be shown here." />
      )}
    </section>
  );
}

function Drawn({
  contentUrl,
  fileName,
  size,
  title,
  reflow,
  onPages,
}: Omit<Props, 'about' | 'children'> & { onPages: (marks: HTMLElement[]) => void }) {
  const dark = useMedia('(prefers-color-scheme: dark)');
  const [shown, setShown] = useState(false);
  const [unreadable, setUnreadable] = useState(false);
  const { bytes, failure, received, again } = useContent(contentUrl);
  const onShown = useCallback(() => setShown(true), []);
  const onFailed = useCallback(() => setUnreadable(true), []);

  if (failure) {
    return (
      <div className={styles.margin}>
        <FailureBox error={failure} onRetry={again} />
      </div>
    );
  }
  if (unreadable) {
    return <DownloadBox {...{ contentUrl, fileName, size }} reason="It can’t be drawn here; Word may still open it." />;
  }
  return (
    <>
      {shown ? null : <Waiting received={bytes ? null : received} size={size} />}
      {bytes ? (
        <Suspense fallback={null}>
          <ViewerFrame {...{ bytes, title, reflow, dark, onShown, onFailed, onPages }} />
        </Suspense>
      ) : null}
    </>
  );
}

const NOTHING_FOR_MS = 1_000;

/** Under a second: nothing; while it is fetched a bar with numbers; while it is drawn a sentence. */
function Waiting({ received, size }: { received: number | null; size: number }) {
  const [since] = useState(() => Date.now());
  const now = useNow();
  if (received === null) {
    return (
      <div className={styles.margin}>
        <Busy sentence="Drawing the document…" />
      </div>
    );
  }
  if (now.getTime() - since < NOTHING_FOR_MS) return null;
  const share = Math.min(1, received / Math.max(1, size));
  return (
    <div className={styles.progress}>
      <ProgressBar aria-label="Fetching the document" value={share} />
      {Math.round(share * 100)}
      {'\u00a0% of '}
      {sizeInWords(size)}
    </div>
  );
}

function useContent(contentUrl: string) {
  const [state, setState] = useState<{ bytes: ArrayBuffer | null; failure: unknown; received: number }>({
    bytes: null,
    failure: null,
    received: 0,
  });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is a reason to fetch again
  useEffect(() => {
    const abort = new AbortController();
    setState({ bytes: null, failure: null, received: 0 });
    fetchContent(inline(contentUrl), abort.signal, (received) => setState((before) => ({ ...before, received })))
      .then((bytes) => setState((before) => ({ ...before, bytes })))
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        setState((before) => ({ ...before, failure: error }));
      });
    return () => abort.abort();
  }, [contentUrl, attempt]);
  return { ...state, again: () => setAttempt((number) => number + 1) };
}

function inline(contentUrl: string): string {
  return `${contentUrl}${contentUrl.includes('?') ? '&' : '?'}inline=1`;
}

function DownloadButton({ href, fileName, short }: { href: string; fileName: string; short: boolean }) {
  if (!short) {
    return (
      <Button
        as="a"
        href={href}
        download={fileName}
        size="small"
        appearance="transparent"
        icon={<ArrowDownload16Regular />}
      >
        Download
      </Button>
    );
  }
  return (
    <Tooltip content="Download" relationship="label">
      <Button
        as="a"
        href={href}
        download={fileName}
        appearance="transparent"
        size="large"
        icon={<ArrowDownload20Regular />}
      />
    </Tooltip>
  );
}

function DownloadBox({
  contentUrl,
  fileName,
  size,
  reason,
}: Pick<Props, 'contentUrl' | 'fileName' | 'size'> & { reason: string }) {
  return (
    <div className={styles.margin}>
      <div className={styles.box}>
        <span>{reason}</span>
        <Link href={contentUrl} download={fileName}>
          Download {fileName} ({sizeInWords(size)})
        </Link>
        <span>Downloaded and printed copies are uncontrolled.</span>
      </div>
    </div>
  );
}
