import * as z from 'zod'

// The page's Content-Security-Policy has no eval, and zod would compile its objects with it. Imported before
// any schema is made, because zod decides at that moment.
z.config({ jitless: true })
