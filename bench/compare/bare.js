// A program that does nothing, and says what that takes, in kilobytes.
console.log(process.resourceUsage().maxRSS);
