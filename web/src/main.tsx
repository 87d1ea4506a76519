import '@fontsource-variable/inter/index.css';
import './ui/base.css';
import { pages } from '@megdocs/contract';
import { type ComponentType, lazy } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { LiveQueries } from './editing/live-queries.tsx';
import { InsideFrame } from './ui/frame.tsx';
import { NotFoundPage } from './ui/not-found-page.tsx';
import { OutsideFrame } from './ui/outside.tsx';
import { Providers } from './ui/providers.tsx';

type PageFile = () => Promise<{ default: ComponentType }>;

const outside: Record<string, PageFile> = {
  [pages.signIn]: () => import('./accounts/sign-in-page.tsx'),
  [pages.link]: () => import('./accounts/welcome-page.tsx'),
  [pages.microsoftApproval]: () => import('./accounts/approval-page.tsx'),
  [pages.openDocument]: () => import('./editing/open-page.tsx'),
  [pages.joinEditing]: () => import('./editing/join-page.tsx'),
};

const inside: Record<string, PageFile> = {
  [pages.documents]: () => import('./documents/register-page.tsx'),
  [pages.document]: () => import('./documents/document-page.tsx'),
  [pages.myWork]: () => import('./editing/my-work-page.tsx'),
  [pages.editingNow]: () => import('./editing/editing-now-page.tsx'),
  [pages.followUpDraft]: () => import('./editing/follow-up-draft-page.tsx'),
  [pages.profile]: () => import('./accounts/profile-page.tsx'),
  [pages.microsoft]: () => import('./accounts/microsoft-page.tsx'),
  [pages.microsoftOutcome]: () => import('./accounts/outcome-page.tsx'),
  [pages.onedriveCalls]: () => import('./editing/onedrive-log-page.tsx'),
  [pages.administrationOnedrive]: () => import('./editing/onedrive-administration-page.tsx'),
  [pages.mySessions]: () => import('./accounts/sessions-page.tsx'),
  [pages.administrationPeople]: () => import('./admin/people-page.tsx'),
  [pages.administrationFolders]: () => import('./admin/folders-page.tsx'),
  [pages.administrationMicrosoft]: () => import('./admin/microsoft-page.tsx'),
  [pages.administrationSelfTest]: () => import('./admin/self-test-page.tsx'),
  [pages.microsoftForIt]: () => import('./admin/for-it-page.tsx'),
};

// Called once, so that a page keeps its identity, and with it its state, from one drawing to the next.
const routesFor = (table: Record<string, PageFile>) =>
  Object.entries(table).map(([path, file]) => {
    const Page = lazy(file);
    return <Route key={path} path={path} element={<Page />} />;
  });
const outsideRoutes = routesFor(outside);
const insideRoutes = routesFor(inside);

function App() {
  return (
    <Providers>
      <BrowserRouter>
        <Routes>
          <Route path="/" element={<Navigate to={pages.documents} replace />} />
          <Route element={<OutsideFrame />}>{outsideRoutes}</Route>
          <Route
            element={
              <>
                <LiveQueries />
                <InsideFrame />
              </>
            }
          >
            {insideRoutes}
            <Route path="/administration" element={<Navigate to={pages.administrationPeople} replace />} />
            <Route path="*" element={<NotFoundPage />} />
          </Route>
        </Routes>
      </BrowserRouter>
    </Providers>
  );
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
