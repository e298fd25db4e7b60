/** As in package.json; kept here because the built server has no package.json beside it. */
export const serverVersion = '0.1.0'
