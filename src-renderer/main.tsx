import './ui/theme.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { connect } from '#api'
import { applyLook, rememberedLook } from '#ui/theme'
import { TooltipProvider } from '#ui/tooltip'
import { ErrorBoundary } from './app/error-boundary'
import { refreshByNews } from './app/news-refresh'
import { createQueries } from './app/query-client'
import { createRoutes } from './app/routes'

const look = rememberedLook()
applyLook(look.theme, look.density)
connect()

const queries = createQueries()
refreshByNews(queries)

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <ErrorBoundary whole>
      <QueryClientProvider client={queries}>
        <TooltipProvider>
          <RouterProvider router={createRoutes()} />
        </TooltipProvider>
      </QueryClientProvider>
    </ErrorBoundary>
  </StrictMode>,
)
