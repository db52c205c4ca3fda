// The tests serve the site below this path.
export default { output: 'export', basePath: '/shop/search' };
