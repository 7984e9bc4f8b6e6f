using Lengthwise.Modeling.Tasks;

namespace Lengthwise.Modeling.Tests.Tasks;

public sealed class ListOpsExpressionTests
{
    [Theory]
    [InlineData("7", 7)]
    [InlineData("[MAX 4 3 ]", 4)]
    [InlineData("[MIN 6 3 5 0 ]", 0)]
    [InlineData("[SM 6 5 9 0 ]", 0)]
    [InlineData("[SM 9 9 9 9 9 9 9 9 9 9 ]", 0)]
    [InlineData("[MED 7 8 4 3 ]", 5)]
    [InlineData("[MED 3 4 ]", 3)]
    [InlineData("[MED 9 1 5 ]", 5)]
    [InlineData("[MED 1 5 8 9 2 ]", 5)]
    [InlineData("[MAX 4 3 [MIN 2 3 ] 1 0 [MED 1 5 8 9 2 ] ]", 5)]
    [InlineData("[MIN [SM 7 [MAX 2 [MED 0 9 ] ] ] 3 ]", 1)]
    public void The_value_is_that_of_the_published_rules(string text, int value)
    {
        ListOpsExpression expression = Parse(text);

        Assert.Equal(value, expression.Evaluate());
    }

    [Theory]
    [InlineData("5", "5", 1, 1)]
    [InlineData("[MAX 4 3 ]", "( ( ( [MAX 4 ) 3 ) ] )", 4, 2)]
    [InlineData("[SM 6 5 9 0 ]", "( ( ( ( ( [SM 6 ) 5 ) 9 ) 0 ) ] )", 6, 2)]
    [InlineData("[SM [MIN 6 1 ] 1 ]", "( ( ( [SM ( ( ( [MIN 6 ) 1 ) ] ) ) 1 ) ] )", 7, 3)]
    [InlineData("[SM 1 [MIN 6 1 ] ]", "( ( ( [SM 1 ) ( ( ( [MIN 6 ) 1 ) ] ) ) ] )", 7, 3)]
    public void The_text_has_parentheses_around_every_application(string plain, string text, int length, int depth)
    {
        ListOpsExpression expression = Parse(plain);

        Assert.Equal(text, expression.ToText());
        Assert.Equal(plain, Parse(text).ToString());
        Assert.Equal((length, depth), (expression.Length, expression.Depth));
    }

    [Fact]
    public void Any_depth_is_read_and_evaluated()
    {
        const int depth = 200_000;
        string text = string.Concat(Enumerable.Repeat("[MAX 1 ", depth)) + "7" + string.Concat(Enumerable.Repeat(" ]", depth));

        ListOpsExpression expression = Parse(text);

        Assert.Equal(7, expression.Evaluate());
        Assert.Equal(depth + 1, expression.Depth);
        Assert.Equal(expression.Identity, Parse(expression.ToText()).Identity);
    }

    [Theory]
    [InlineData("", 1, "no expression")]
    [InlineData("( )", 1, "no expression")]
    [InlineData("[MAX 4 3", 9, "1 operator(s) that have no ']'")]
    [InlineData("4 ]", 3, "']' stands after the end")]
    [InlineData("]", 1, "']' closes no operator")]
    [InlineData("[MAX ]", 6, "without arguments")]
    [InlineData("[MAX 4 12 ]", 8, "'12' is no ListOps symbol")]
    [InlineData("[MAX 4 3 X", 10, "'X' is no ListOps symbol")]
    [InlineData("[FIRST 4 3 ]", 1, "'[FIRST' is no ListOps symbol")]
    [InlineData("[max 4 3 ]", 1, "'[max' is no ListOps symbol")]
    [InlineData("4 3", 3, "after the end")]
    [InlineData("( ( ( [MAX 4 ) 3 ] )", 18, "found ']', expected ')'")]
    [InlineData("( ( [MAX 4 ) 3 ) ] )", 5, "found '[MAX', expected '('")]
    [InlineData("( ( ( [MAX 4 ) 3 ) ]", 21, "the text ends, expected ')'")]
    [InlineData("( ( ( [MAX 4 ) 3 ) ] ) )", 24, "found ')' after the end")]
    [InlineData("( 4 )", 1, "found '(', expected '4'")]
    public void Malformed_text_is_refused_with_its_place(string text, int column, string message)
    {
        ListOpsExpression? expression = ListOpsParser.Parse(text, out ListOpsSyntaxError? error);

        Assert.Null(expression);
        Assert.Equal(column, error!.Column);
        Assert.Contains(message, error.Message);
    }

    private static ListOpsExpression Parse(string text)
    {
        ListOpsExpression? expression = ListOpsParser.Parse(text, out ListOpsSyntaxError? error);
        Assert.True(expression is not null, error?.Message);
        return expression;
    }
}
