import { Spinner } from '@fluentui/react-components';
import { type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { Outlet, useLocation } from 'react-router';
import { ApiFailure } from './api.ts';
import { Breadcrumb, type Crumb } from './breadcrumb.tsx';
import { Busy } from './busy.tsx';
import { FailureBox } from './failure.tsx';
import { FailureFence } from './failure-fence.tsx';
import styles from './frame.module.css';
import { type Slots, SlotsContext, useSlots } from './frame-slots.ts';
import { useWidth } from './layout.ts';
import { MeContext, useMeQuery } from './me.ts';
import { PhoneBar } from './phone-bar.tsx';
import { Rail } from './rail.tsx';
import { goToSignIn } from './sign-in-address.ts';
import { useTitleFocus } from './title-focus.ts';
import { TopBar } from './top-bar.tsx';

interface FrameProps {
  /** Of the browser's tab, and of the phone's top bar unless `shortTitle` says otherwise. */
  title: string;
  /** From the outermost place inwards; the last one is this page and is no link. */
  breadcrumb: Crumb[];
  /** For the phone's top bar: a document's number, say. */
  shortTitle?: string;
  /** The phone's back arrow leads there; without it the drawer's button stands in its place. */
  back?: string;
  /** The folder tree, under the rail's entries; only within Documents. */
  folders?: ReactNode;
  /** Without padding, for pages that run to the edges. */
  flush?: boolean;
  children: ReactNode;
}

/** What a page puts around its content. The frame itself stays as it is from page to page. */
export function Frame({ title, breadcrumb, shortTitle, back, folders, flush, children }: FrameProps) {
  const slots = useSlots();
  useEffect(() => {
    document.title = `${title} · MEGDocs`;
  }, [title]);
  const { setPhoneHead } = slots;
  useEffect(() => setPhoneHead({ title: shortTitle ?? title, back }), [setPhoneHead, shortTitle, title, back]);
  return (
    <>
      {slots.breadcrumb && createPortal(<Breadcrumb crumbs={breadcrumb} />, slots.breadcrumb)}
      {slots.folders && folders && createPortal(folders, slots.folders)}
      <div className={flush ? styles.flush : styles.page}>{children}</div>
    </>
  );
}

interface PageHeadProps {
  title: ReactNode;
  /** A line under the title. */
  lead?: ReactNode;
  /** At the right of the title; one of them primary at most. */
  actions?: ReactNode;
  /** On a phone the title stands in the top bar, unless the page must show it: a document's title, say. */
  showOnPhone?: boolean;
}

/** A page's one h1, with its line and actions. */
export function PageHead({ title, lead, actions, showOnPhone }: PageHeadProps) {
  return (
    <div className={styles.head}>
      <div className={styles.headWords}>
        <h1 className={showOnPhone ? styles.title : `${styles.title} ${styles.titleInBar}`}>{title}</h1>
        {lead && <p className={styles.lead}>{lead}</p>}
      </div>
      {actions && <div className={styles.headActions}>{actions}</div>}
    </div>
  );
}

/** The layout around all pages of a person who is signed in. */
export function InsideFrame() {
  const query = useMeQuery();
  const unknown = query.error instanceof ApiFailure && query.error.code === 'not_signed_in';
  useEffect(() => {
    if (unknown) goToSignIn();
  }, [unknown]);
  if (query.data)
    return (
      <MeContext value={query.data}>
        <Whole />
      </MeContext>
    );
  if (query.error && !unknown)
    return (
      <main className={styles.alone}>
        <FailureBox error={query.error} onRetry={() => void query.refetch()} />
      </main>
    );
  return <FirstWait />;
}

function FirstWait() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), 1000);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <div className={styles.alone}>
      {late && <Spinner size="small" label="Opening MEGDocs" aria-label="Opening MEGDocs" />}
    </div>
  );
}

function Whole() {
  const phone = useWidth() === 'phone';
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  useTitleFocus(main);
  const slots = useFrameSlots();
  return (
    <SlotsContext value={slots}>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <div className={styles.frame}>
        {!phone && <Rail />}
        <div className={styles.column}>
          <TopBar phone={phone} />
          <main id="main" ref={main} className={styles.main} tabIndex={-1}>
            <FailureFence resetBy={pathname} around={aroundFailure}>
              <Suspense
                fallback={
                  <div className={styles.page}>
                    <Busy sentence="Loading the page" />
                  </div>
                }
              >
                <Outlet />
              </Suspense>
            </FailureFence>
          </main>
          {phone && <PhoneBar />}
        </div>
      </div>
    </SlotsContext>
  );
}

const aroundFailure = (words: ReactNode) => (
  <div className={styles.page}>
    <PageHead title="This page can’t be shown" />
    {words}
  </div>
);

function useFrameSlots(): Slots {
  const [breadcrumb, setBreadcrumb] = useState<HTMLElement | null>(null);
  const [folders, setFolders] = useState<HTMLElement | null>(null);
  const [phoneHead, setPhoneHead] = useState<Slots['phoneHead']>({ title: '', back: undefined });
  const [drawerOpen, setDrawerOpen] = useState(false);
  return useMemo(
    () => ({ breadcrumb, setBreadcrumb, folders, setFolders, phoneHead, setPhoneHead, drawerOpen, setDrawerOpen }),
    [breadcrumb, folders, phoneHead, drawerOpen],
  );
}
